import classes from './status-dot.module.css';

/** `idle` nothing, `busy` under way, `ok` works, `warn` look at it, `bad` needs a person. Shape differs as well as colour. */
export type StatusTone = 'idle' | 'busy' | 'ok' | 'warn' | 'bad';

/** Never alone: words stand beside it. */
export function StatusDot({ tone }: { tone: StatusTone }) {
  return <i className={classes.dot} data-tone={tone} aria-hidden="true" />;
}
