import type { SandboxReplay } from '#server/shared/protocol.ts';

/** As a process finds it that did not begin it: what was under way is not any more. */
export const afterRestart = (replay: SandboxReplay | null): SandboxReplay | null =>
  replay?.state === 'running' ? { ...replay, state: 'interrupted' } : replay;
