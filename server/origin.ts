import type { IncomingHttpHeaders } from 'node:http';

/**
 * True when a browser's `Origin` is the address that it reached us by, or the configured public one.
 * A request without an Origin (not a browser's WebSocket) is foreign: every browser sends one on a handshake.
 */
export function isSameOrigin(
  headers: IncomingHttpHeaders,
  allowed: { publicUrl: string | null; trustProxy: boolean },
): boolean {
  const origin = parse(headers.origin);
  if (!origin) return false;
  if (allowed.publicUrl && origin.origin === new URL(allowed.publicUrl).origin) return true;
  const forwarded = allowed.trustProxy ? first(headers['x-forwarded-host']) : undefined;
  return origin.host === (forwarded ?? headers.host);
}

function parse(value: string | undefined): URL | null {
  return value && URL.canParse(value) ? new URL(value) : null;
}

function first(value: string | string[] | undefined): string | undefined {
  return (Array.isArray(value) ? value[0] : value)?.split(',')[0]?.trim();
}
