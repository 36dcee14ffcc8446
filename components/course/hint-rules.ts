import type { StepProgressView } from '#server/shared/protocol.ts';

/** So often the check says the same before a hint is offered in words. */
const SAME_BEFORE_OFFER = 3;

type Offered = {
  /** `when`: only for a check that named this key; null: for anybody, in order. */
  hints: readonly { when: string | null }[];
  /** Places of the hints that stand open. */
  opened: readonly number[];
  progress: Pick<StepProgressView, 'passedAt' | 'hintKey' | 'sameFailures'> | null;
};

export type HintOffer = {
  index: number;
  /** It is for what the check saw just now. */
  fits: boolean;
  /** How many there are for this student, opened ones included. */
  total: number;
  /** The student has got the same answer again and again. */
  pressing: boolean;
};

/** The hint to open next: one that fits what the check saw, else the next for anybody. Null when none is left. */
export function hintOffer({ hints, opened, progress }: Offered): HintOffer | null {
  const left = hints.map((hint, index) => ({ ...hint, index })).filter(({ index }) => !opened.includes(index));
  const key = progress?.passedAt ? null : (progress?.hintKey ?? null);
  const fitting = left.find(({ when }) => when !== null && when === key);
  const next = fitting ?? left.find(({ when }) => when === null);
  if (!next) return null;
  const total = opened.length + left.filter(({ when }) => when === null || when === key).length;
  const pressing = !progress?.passedAt && (progress?.sameFailures ?? 0) >= SAME_BEFORE_OFFER;
  return { index: next.index, fits: next === fitting, total, pressing };
}
