import type { ReactNode } from 'react';
import classes from './chip.module.css';
import { StatusDot, type StatusTone } from './status-dot.tsx';

/** A short fact in the top bar or a table: no action. `tone` puts a dot before the words. */
export function Chip({ tone, children }: { tone?: StatusTone; children: ReactNode }) {
  return (
    <span className={classes.chip}>
      {tone ? <StatusDot tone={tone} /> : null}
      {children}
    </span>
  );
}

type ChipButtonProps = React.ComponentPropsWithRef<'button'> & { tone?: StatusTone };

/** A chip that opens a menu. */
export function ChipButton({ tone, children, ...rest }: ChipButtonProps) {
  return (
    <button type="button" {...rest} className={classes.chip} data-act="true">
      {tone ? <StatusDot tone={tone} /> : null}
      {children}
    </button>
  );
}
