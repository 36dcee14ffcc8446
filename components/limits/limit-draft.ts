import { aboveCeiling } from '#server/shared/limit-rules.ts';
import {
  LIMIT_NAMES,
  type LimitAmounts,
  type LimitName,
  type MachineLimits,
  machineLimits,
  type SandboxLimits,
  sandboxLimits,
} from '#server/shared/sandbox-policy.ts';

/** What stands in a form's fields, by limit. */
export type LimitDraft = Record<LimitName, string>;

export function draftOf(limits: SandboxLimits): LimitDraft {
  const written = LIMIT_NAMES.map((name) => [name, limits[name] === undefined ? '' : String(limits[name])] as const);
  return { ...EMPTY, ...Object.fromEntries(written) };
}

const EMPTY: LimitDraft = { memoryMiB: '', cpus: '', pids: '', diskMiB: '', idleMinutes: '', lifetimeMinutes: '' };

/** Decimal commas are numbers too. What cannot be read becomes no number, never nought. */
const numberOf = (text: string): number => {
  const trimmed = text.trim().replace(',', '.');
  return trimmed === '' ? Number.NaN : Number(trimmed);
};

type Read<T> = { ok: true; limits: T } | { ok: false; wrong: LimitName[] };

/** A class's own limits: what is left empty comes from the course. */
export function readClassDraft(draft: LimitDraft, ceilings: LimitAmounts): Read<SandboxLimits> {
  const filled = LIMIT_NAMES.filter((name) => draft[name].trim() !== '');
  const values = Object.fromEntries(filled.map((name) => [name, numberOf(draft[name])]));
  const parsed = sandboxLimits.safeParse(values);
  const wrong = parsed.success ? aboveCeiling(parsed.data, ceilings) : namesIn(parsed.error.issues, 0);
  return parsed.success && wrong.length === 0 ? { ok: true, limits: parsed.data } : { ok: false, wrong };
}

export type MachineDraft = { defaults: LimitDraft; ceilings: LimitDraft };
export type MachineFault = { defaults: LimitName[]; ceilings: LimitName[] };

export function readMachineDraft({ defaults, ceilings }: MachineDraft): MachineLimits | MachineFault {
  const numbers = (draft: LimitDraft) => Object.fromEntries(LIMIT_NAMES.map((name) => [name, numberOf(draft[name])]));
  const parsed = machineLimits.safeParse({ defaults: numbers(defaults), ceilings: numbers(ceilings) });
  if (!parsed.success) {
    const of = (level: keyof MachineFault) => parsed.error.issues.filter(({ path }) => path[0] === level);
    return { defaults: namesIn(of('defaults'), 1), ceilings: namesIn(of('ceilings'), 1) };
  }
  const above = aboveCeiling(parsed.data.defaults, parsed.data.ceilings);
  return above.length === 0 ? parsed.data : { defaults: above, ceilings: [] };
}

export const isFault = (read: MachineLimits | MachineFault): read is MachineFault => Array.isArray(read.defaults);

function namesIn(issues: readonly { path: PropertyKey[] }[], at: number): LimitName[] {
  return LIMIT_NAMES.filter((name) => issues.some(({ path }) => path[at] === name));
}
