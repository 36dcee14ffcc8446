import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';

/** The cookie of one preview. Its prefix is the platform's own, so that one rule keeps both from students' servers. */
export const PREVIEW_COOKIE = 'chapterhouse.preview';
const PLATFORM_COOKIES = /^(__Secure-|__Host-)?(chapterhouse\.|ch_)/i;

/** Of one connection, not of a message that is passed on. */
const HOP_BY_HOP = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What a browser did not say itself. */
const PROXY_WORDS = /^(forwarded|x-forwarded-.*|x-real-ip|x-chapterhouse-.*|x-nonce)$/;

/**
 * What a student's server may not do through a browser: reach beyond its own origin, to the site that it shares a name
 * or a machine with (clear its cookies, force it to https, send its visitors to other ports).
 */
const REACHING_RESPONSE = new Set(['clear-site-data', 'strict-transport-security', 'alt-svc', 'public-key-pins']);

export type Asked = { host: string; isHttps: boolean };

/** What is passed on to a student's server: all that the browser said to it, and nothing that was meant for us. */
export function requestHeaders(headers: IncomingHttpHeaders, { host, isHttps }: Asked): OutgoingHttpHeaders {
  const dropped = connectionOwn(headers);
  const kept: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (dropped.has(name) || PROXY_WORDS.test(name) || value === undefined) continue;
    kept[name] = value;
  }
  const cookie = foreignCookies(headers.cookie);
  if (cookie === null) delete kept.cookie;
  else kept.cookie = cookie;
  return { ...kept, host, 'x-forwarded-host': host, 'x-forwarded-proto': isHttps ? 'https' : 'http' };
}

/** What is passed back. `isShared`: the origin is used for one preview after the other, so that nothing may be kept. */
export function responseHeaders(headers: IncomingHttpHeaders, isShared: boolean): OutgoingHttpHeaders {
  const dropped = connectionOwn(headers);
  const kept: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(headers)) {
    if (dropped.has(name) || REACHING_RESPONSE.has(name) || value === undefined) continue;
    kept[name] = value;
  }
  const cookies = (headers['set-cookie'] ?? []).flatMap((cookie) => ownCookie(cookie) ?? []);
  if (cookies.length > 0) kept['set-cookie'] = cookies;
  else delete kept['set-cookie'];
  if (isShared) kept['cache-control'] = 'no-store';
  return kept;
}

/** The value of our own cookie; null where it is missing, or said twice: then somebody else had a hand in it. */
export function previewCookie(headers: IncomingHttpHeaders): string | null {
  const found = pairs(headers.cookie).filter(
    ([name]) => name === PREVIEW_COOKIE || name === `__Host-${PREVIEW_COOKIE}`,
  );
  return found.length === 1 ? (found[0]?.[1] ?? null) : null;
}

/** For this host alone, unseen by scripts, and not sent with what other sites ask. */
export function setPreviewCookie(value: string, isHttps: boolean): string {
  const name = isHttps ? `__Host-${PREVIEW_COOKIE}` : PREVIEW_COOKIE;
  return `${name}=${value}; Path=/; HttpOnly; SameSite=Lax${isHttps ? '; Secure' : ''}`;
}

function foreignCookies(header: string | undefined): string | null {
  const kept = pairs(header).filter(([name]) => !PLATFORM_COOKIES.test(name));
  return kept.length === 0 ? null : kept.map(([name, value]) => (name === '' ? value : `${name}=${value}`)).join('; ');
}

/** Null for a cookie that poses as ours; a wider domain is left out, which makes it the host's own. */
function ownCookie(cookie: string): string | null {
  const [pair = '', ...attributes] = cookie.split(';');
  // Browsers read `=name=value` and `name` in ways of their own: neither may become one of ours.
  if (PLATFORM_COOKIES.test(pair.replace(/^[\s=]+/, ''))) return null;
  const kept = attributes.filter((attribute) => !/^\s*domain\s*(=|$)/i.test(attribute));
  return [pair, ...kept].join(';');
}

function pairs(header: string | undefined): [string, string][] {
  if (!header) return [];
  return header.split(';').map((part) => {
    const equals = part.indexOf('=');
    return equals < 0 ? ['', part.trim()] : [part.slice(0, equals).trim(), part.slice(equals + 1).trim()];
  });
}

function connectionOwn({ connection }: IncomingHttpHeaders): Set<string> {
  const named = (connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  return new Set([...HOP_BY_HOP, ...named]);
}
