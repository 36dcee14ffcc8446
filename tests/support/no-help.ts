import type { StepProgressView } from '#server/shared/protocol.ts';

/** What a step has of parts and of help where there is neither. */
export const NO_HELP = {
  parts: [],
  share: 0,
  hintKey: null,
  sameFailures: 0,
  hintsShown: 0,
  solution: 'none',
} as const satisfies Partial<StepProgressView>;
