/**
 * The site's address as the browser used it, for links: scheme, host and port, or null when the request names no host.
 * A proxy's words count only where it is trusted; behind one that says nothing, the page's own origin tells whether it
 * came by https.
 */
export function browserOrigin(headers: Headers, { trustProxy }: { trustProxy: boolean }): string | null {
  const forwarded = (name: string) => (trustProxy ? headers.get(name)?.split(',')[0]?.trim() : undefined);
  const host = forwarded('x-forwarded-host') ?? headers.get('host');
  if (host === null) return null;
  const isHttps = forwarded('x-forwarded-proto') === 'https' || headers.get('origin') === `https://${host}`;
  const text = `${isHttps ? 'https' : 'http'}://${host}`;
  return URL.canParse(text) ? text : null;
}
