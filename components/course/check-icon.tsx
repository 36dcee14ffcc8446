export type CheckTone = 'new' | 'trying' | 'done' | 'fault';

/** Ring, exclamation, tick, question: told apart without colour. */
export function CheckIcon({ tone }: { tone: CheckTone }) {
  const stroke = { stroke: 'currentColor', fill: 'none', strokeWidth: 1.8, strokeLinecap: 'round' } as const;
  return (
    <svg width="20" height="20" viewBox="0 0 18 18" aria-hidden="true">
      {tone === 'done' ? (
        <>
          <circle cx="9" cy="9" r="8" fill="currentColor" />
          <path d="M5.6 9.3l2.3 2.3 4.5-4.8" {...stroke} stroke="var(--paper)" strokeLinejoin="round" />
        </>
      ) : (
        <circle cx="9" cy="9" r="7.2" {...stroke} {...(tone === 'new' ? { strokeDasharray: '3.2 3.2' } : {})} />
      )}
      {tone === 'trying' ? <path d="M9 5v4.6M9 12.4v.2" {...stroke} /> : null}
      {tone === 'fault' ? <path d="M7.2 7.2a1.9 1.9 0 1 1 2.6 1.7c-.6.3-.8.6-.8 1.2M9 12.6v.1" {...stroke} /> : null}
    </svg>
  );
}
