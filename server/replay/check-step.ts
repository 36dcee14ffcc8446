import { type CheckResult, checkResult } from '#server/checks/check-result.ts';
import { checkExec } from '#server/checks/check-script.ts';
import { commandsSince } from '#server/checks/step-began.ts';
import type { Language, StepCheck } from '#server/courses/course-model.ts';
import type { Values } from '#server/courses/student-values.ts';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import type { CommandRecord } from '#server/terminals/command-log.ts';

type CheckStep = {
  check: StepCheck;
  values: Values;
  sandbox: Pick<Sandbox, 'exec'>;
  language: Language;
  commands: readonly CommandRecord[];
  /** When the step began; null where it is the first. */
  since: Date | null;
  signal?: AbortSignal;
};

/** Runs a step's check once and keeps no record: what was not done by a student is nobody's try. */
export async function checkStep({
  check,
  values,
  sandbox,
  language,
  commands,
  since,
  signal,
}: CheckStep): Promise<CheckResult> {
  const call = checkExec({ ...check, language, commands: commandsSince(commands, since), since, values });
  const run = await sandbox.exec({ ...call, ...(signal && { signal }) });
  return checkResult(run, check.timeoutMs);
}
