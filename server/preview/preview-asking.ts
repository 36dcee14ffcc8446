import type { IncomingHttpHeaders } from 'node:http';

/** A page's address as a browser names it in `Origin`; null for none that can be read. */
function originHost(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

/**
 * Whether a request comes from this preview's own pages, from another port of the same seat, or from somebody who opens
 * the address. Previews of others may be same-site with this one, so that their cookies' rules do not part them.
 */
export function isOwnRequest(
  { method, headers }: { method: string; headers: IncomingHttpHeaders },
  isOwnHost: (host: string) => boolean,
): boolean {
  const { origin } = headers;
  if (typeof origin === 'string') {
    const host = originHost(origin);
    return host !== null && isOwnHost(host);
  }
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return true;
  const isReading = method === 'GET' || method === 'HEAD';
  return isReading && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}
