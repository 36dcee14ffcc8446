import { type ChapterReport, SLOW_CHECK_MS, type StepReport } from './prove-course.ts';

const HEAD = ['step', 'verdict', 'wrong', 'page', 'solution', 'checks', 'slowest'];
const SHOWN_SCREEN = 600;

/** A chapter's steps as lines of a table, then each flaw with what was on the screen. */
export function chapterTable({ chapterId, ms, steps }: ChapterReport): string {
  const rows = [HEAD, ...steps.map(rowOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [`${chapterId}: ${seconds(ms)}`, ...lines, ...steps.flatMap(flawsOf), ''].join('\n');
}

function rowOf({ stepKey, verdict, lacks, wrongAnswers, pageMs, solutionMs, checkRuns, slowestCheckMs }: StepReport) {
  const slow = slowestCheckMs !== null && slowestCheckMs > SLOW_CHECK_MS ? ' slow' : '';
  return [
    stepKey,
    lacks.length > 0 ? `${verdict}: no ${lacks.join(', ')}` : verdict,
    String(wrongAnswers),
    seconds(pageMs),
    seconds(solutionMs),
    String(checkRuns),
    slowestCheckMs === null ? '–' : `${slowestCheckMs} ms${slow}`,
  ];
}

const seconds = (ms: number | null) => (ms === null ? '–' : `${(ms / 1000).toFixed(1)} s`);

function flawsOf({ flaws }: StepReport): string[] {
  return flaws.flatMap(({ stepKey, what, result, screen }) => [
    `  ${stepKey} ${what}`,
    ...(result ? [`    the check: ${result.outcome}: ${result.message}`] : []),
    ...(screen ? [`    the screen: ${JSON.stringify(screen.slice(-SHOWN_SCREEN))}`] : []),
  ]);
}
