import { createHmac } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** Where previews are: each port of each seat under a name of its own below `base`, or one at a time on a second port. */
export type PreviewPlace =
  | { kind: 'names'; origin: string; host: string; label: string }
  | { kind: 'second_port'; origin: string; host: string };

export type PreviewSettings = {
  /** Below it every name leads to this server; may carry a port. Null: `localhost`, for browsers on this machine. */
  host: string | null;
  /** The server's second port. Null: there is none. */
  port: number | null;
};

/** Letters of a label: 26 of base32 are 130 bits. */
const LABEL_LENGTH = 26;
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const OWN_FORM = /^p([1-9]\d{0,4})-([a-z2-7]{26})$/;

/** Stands for a seat in a host name: the same each time, so that a page finds what it stored, and tells nobody whose it is. */
export function seatLabel(secret: string, seatId: string): string {
  const digest = createHmac('sha256', secret).update(`preview of ${seatId}`).digest();
  return [...digest.subarray(0, LABEL_LENGTH)].map((byte) => BASE32[byte % 32]).join('');
}

/** What a `Host` means to us: a preview's name, a name below the base that is none, or somebody else's. */
export function readHost(host: string, base: string): { port: number; label: string } | 'unknown' | 'elsewhere' {
  const name = hostName(host);
  const below = `.${hostName(base)}`;
  if (!name.endsWith(below)) return 'elsewhere';
  const found = OWN_FORM.exec(name.slice(0, -below.length));
  const port = Number(found?.[1]);
  if (!found?.[2] || port > 65_535) return 'unknown';
  return { port, label: found[2] };
}

/**
 * Where a browser that reached the platform at `site` looks at a port of a seat. Null: nowhere, as no name leads here
 * and there is no second port.
 */
export function placeOf(
  settings: PreviewSettings,
  asked: { site: string; port: number; label: string },
): PreviewPlace | null {
  const { protocol, hostname, port } = new URL(asked.site);
  const base = settings.host ?? (isLoopback(hostname) ? 'localhost' : null);
  if (base !== null) {
    const [, ownPort] = /:(\d+)$/.exec(base) ?? [];
    const name = `p${asked.port}-${asked.label}.${hostName(base)}`;
    const { origin, host } = new URL(`${protocol}//${name}${atPort(ownPort ?? port)}`);
    return { kind: 'names', origin, host, label: asked.label };
  }
  if (settings.port === null) return null;
  const { origin, host } = new URL(`${protocol}//${hostname}${atPort(String(settings.port))}`);
  return { kind: 'second_port', origin, host };
}

/** The name without its port, as it is compared. */
export const hostName = (host: string): string => host.toLowerCase().replace(/:\d+$/, '');

const atPort = (port: string) => (port === '' ? '' : `:${port}`);

function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]') return true;
  return isIPv4(hostname) && hostname.startsWith('127.');
}
