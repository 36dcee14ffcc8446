/** What steps are worth. A step's points are earned whole by its pass, in part by the parts of its check that are done. */

export type Worth = { stepKey: string; points: number };
type Earned = { passedAt: string | null; share: number };

/** In tenths, rounded down: part of a step never looks like all of it. */
export function earnedPoints(points: number, progress: Earned | null | undefined): number {
  if (!progress) return 0;
  if (progress.passedAt !== null) return points;
  return Math.floor((points * progress.share) / 10) / 10;
}

export type PointSum = { earned: number; total: number };

/** Over steps, with what is known of them by their keys. Steps that left the course count for nothing. */
export function sumPoints(steps: readonly Worth[], progress: Readonly<Record<string, Earned>>): PointSum {
  const tenths = steps.map(({ stepKey, points }) => Math.round(10 * earnedPoints(points, progress[stepKey])));
  return {
    earned: tenths.reduce((sum, each) => sum + each, 0) / 10,
    total: steps.reduce((sum, { points }) => sum + points, 0),
  };
}
