import classes from './progress-bar.module.css';

type ProgressBarProps = { done: number; total: number /** Names the bar for a screen reader. */; label: string };

export function ProgressBar({ done, total, label }: ProgressBarProps) {
  const percent = total === 0 ? 0 : (100 * done) / total;
  return (
    <span
      className={classes.bar}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={done}
    >
      <i style={{ width: `${percent}%` }} />
    </span>
  );
}
