import type { ReactNode } from 'react';
import classes from './empty-state.module.css';

/** What will be here, and the one thing to do now. */
export function EmptyState({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <section className={classes.empty}>
      <h2>{title}</h2>
      {children ? <p>{children}</p> : null}
      {action ? <div className={classes.action}>{action}</div> : null}
    </section>
  );
}
