import {
  type CourseSandbox,
  LIMIT_NAMES,
  type LimitAmounts,
  type LimitName,
  type MachineLimits,
  type SandboxLimits,
  type SandboxPolicy,
  withinCeilings,
} from './sandbox-policy.ts';

export type LimitLevels = {
  machine: MachineLimits;
  /** What the course's own file says; null where it says nothing. */
  course: CourseSandbox | null;
  /** What the teacher set for the class. */
  classroom: SandboxLimits | null;
};

/**
 * The nearest level that says something wins: the class, else the course, else the machine. It may be stricter or looser
 * than the level above, but never above the machine's ceiling.
 */
export function resolveLimits({ machine, course, classroom }: LimitLevels): LimitAmounts {
  const wanted = { ...machine.defaults };
  for (const name of LIMIT_NAMES) wanted[name] = classroom?.[name] ?? course?.[name] ?? machine.defaults[name];
  return withinCeilings(wanted, machine.ceilings);
}

/** What a new sandbox is begun with. */
export function resolvePolicy(levels: LimitLevels): SandboxPolicy {
  const { idleMinutes, lifetimeMinutes, ...limits } = resolveLimits(levels);
  return {
    limits,
    idleMs: msOf(idleMinutes),
    lifetimeMs: msOf(lifetimeMinutes),
    longestLifeMs: msOf(levels.machine.ceilings.lifetimeMinutes),
    network: levels.course?.network ?? 'mirror',
  };
}

/** The limits that go beyond the machine's ceiling. */
export function aboveCeiling(wanted: SandboxLimits, ceilings: LimitAmounts): LimitName[] {
  return LIMIT_NAMES.filter((name) => (wanted[name] ?? 0) > ceilings[name]);
}

/** What changed, for the audit: `memoryMiB 1024 > 2048, idleMinutes - > 30`; a dash is what comes from the level above. */
export function limitWords(before: SandboxLimits, after: SandboxLimits): string {
  const changed = LIMIT_NAMES.filter((name) => before[name] !== after[name]);
  return changed.map((name) => `${name} ${before[name] ?? '-'} > ${after[name] ?? '-'}`).join(', ');
}

const msOf = (minutes: number) => Math.round(minutes * 60_000);
