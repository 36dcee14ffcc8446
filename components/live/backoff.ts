/** Everyone's page comes back within two seconds of the server, and not all at the same moment. */
const FIRST_MS = 150;
const CAP_MS = 1400;
/** After this many tries nobody is waiting at the screen: ask less often. */
const PATIENT_AFTER = 60;
const PATIENT_CAP_MS = 10_000;

/** How long to wait before try number `attempt` (from 0). `random` is in [0, 1). */
export function backoffMs(attempt: number, random: () => number): number {
  const cap = attempt < PATIENT_AFTER ? CAP_MS : PATIENT_CAP_MS;
  const base = Math.min(cap, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(base * (0.6 + 0.8 * random()));
}

/** The address of one of our doors on the page's own server. */
export function socketUrl(path: string): string {
  const url = new URL(path, window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}
