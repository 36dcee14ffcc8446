import { type Values, valueVariables } from '#server/courses/student-values.ts';
import type { ExecRequest } from '#server/sandboxes/driver.ts';

/** Newest commands handed to a check, in bytes of JSON. */
const MAX_COMMANDS_BYTES = 128 * 1024;
const MAX_OUTPUT_BYTES = 32 * 1024;
const MARK = 'CHAPTERHOUSE_COMMANDS';

export type CheckCall = {
  /** Helpers and the author's script. */
  script: string;
  timeoutMs: number;
  language: string;
  commands: readonly { command: string; exitCode: number | null }[];
  /** When the step began; null where nothing was passed before it. */
  since: Date | null;
  /** The student's own values. */
  values: Values;
};

/**
 * How a check is run: as root, outside the student's shell, the script on stdin, the student's commands in a file of
 * root's own. The script stands in one subshell that reads nothing: bash has it whole before it begins, so no program
 * in it can swallow the rest, and the file is removed however it ends.
 */
export function checkExec({ script, timeoutMs, language, commands, since, values }: CheckCall): ExecRequest {
  return {
    argv: ['bash', '-s'],
    user: 'root',
    env: { CH_STUDENT: 'student', CH_LANG: language, CH_SINCE: unixSeconds(since), ...valueVariables(values) },
    timeoutMs,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    stdin: `${commandsFile(commands)}\n(\n${script}\n) </dev/null\nresult=$?\nrm -f "$CH_COMMANDS_FILE"\nexit $result\n`,
  };
}

/** With milliseconds: what ended the step before is a moment older than what begins this one. Docker reads 0 as now, hence 1. */
const unixSeconds = (since: Date | null): string => (since === null ? '1' : (since.getTime() / 1000).toFixed(3));

/** JSON escapes newlines, so no command can end the here-document: its lines begin with a brace, the mark does not. */
function commandsFile(commands: CheckCall['commands']): string {
  const lines: string[] = [];
  let bytes = 0;
  for (const { command, exitCode } of commands.toReversed()) {
    const line = JSON.stringify({ command, exitCode });
    bytes += Buffer.byteLength(line) + 1;
    if (bytes > MAX_COMMANDS_BYTES) break;
    lines.unshift(line);
  }
  return ['export CH_COMMANDS_FILE=$(mktemp)', `cat >"$CH_COMMANDS_FILE" <<'${MARK}'`, ...lines, MARK].join('\n');
}
