import classes from './mark.module.css';

/** An open book whose right page is a terminal. */
export function Mark() {
  return (
    <svg className={classes.mark} width="22" height="22" viewBox="0 0 22 22" fill="none" aria-hidden="true">
      <path d="M2 4.5c3-1.4 6-1.4 9 0v14c-3-1.4-6-1.4-9 0z" fill="var(--accent)" />
      <rect x="12" y="3.6" width="8.4" height="15" rx="1.6" stroke="currentColor" strokeWidth="1.6" />
      <path
        d="M14.2 8.2l1.9 1.7-1.9 1.7"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
