'use client';

import type { ComponentPropsWithRef } from 'react';
import classes from './terminal-bar.module.css';

/** A button of the terminal's bar that shows a picture only. */
export function Tool({ label, ...rest }: ComponentPropsWithRef<'button'> & { label: string }) {
  return <button type="button" {...rest} className={classes.tool} aria-label={label} title={label} />;
}
