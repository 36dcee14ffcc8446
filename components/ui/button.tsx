import Link from 'next/link';
import type { ComponentPropsWithRef, ReactNode } from 'react';
import classes from './button.module.css';

type Look = {
  /** One `primary` in view at most per region; `quiet` has no border; `danger` ends something. */
  variant?: 'default' | 'primary' | 'quiet' | 'danger';
  size?: 'sm' | 'md' | 'lg';
};

type ButtonProps = Omit<ComponentPropsWithRef<'button'>, 'className'> &
  Look & {
    /** Shows that it is at work and takes no second press. */
    busy?: boolean;
  };

export function Button({ variant = 'default', size = 'md', busy = false, ...rest }: ButtonProps) {
  const look = { className: classes.button, 'data-variant': variant, 'data-size': size };
  return <button type="button" {...rest} {...look} aria-busy={busy} disabled={rest.disabled || busy} />;
}

type ButtonLinkProps = Look & { href: string; children: ReactNode };

/** A link that looks like a button: for going somewhere, never for doing something. */
export function ButtonLink({ href, variant = 'default', size = 'md', children }: ButtonLinkProps) {
  return (
    <Link className={classes.button} data-variant={variant} data-size={size} href={href}>
      {children}
    </Link>
  );
}
