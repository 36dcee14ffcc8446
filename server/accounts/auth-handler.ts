import { httpStatus } from '#server/errors.ts';
import { type ErrorCode, isErrorCode } from '#server/shared/error-codes.ts';
import { configuredAuth } from './auth.ts';
import { browserOrigin } from './browser-origin.ts';
import type { AuthSettings } from './configure-auth.ts';

/** What of the auth library is open to browsers; everything else it could do is not there. */
const OPEN_PATHS =
  /^\/api\/auth\/(sign-in\/email|sign-out|get-session|change-password|join|claim-admin|return\/[A-Za-z0-9_-]{1,100})$/;

/** Answers /api/auth/*. Every refusal is `{ code }`, one of our error codes. */
export async function handleAuthRequest(request: Request): Promise<Response> {
  const { instance, settings } = configuredAuth();
  const url = publicUrl(request, settings);
  if (url === null) return refusal('bad_request');
  if (!OPEN_PATHS.test(url.pathname)) return refusal('not_found');
  if (!isOwnOrigin(request, url, settings)) return refusal('foreign_origin');
  return await translated(await instance.handler(new Request(url, request)), url);
}

/** The address as the browser sees it: Next's own view of the host is the one it listens on. */
function publicUrl(request: Request, settings: AuthSettings): URL | null {
  const { pathname, search } = new URL(request.url);
  const text = `${browserOrigin(request.headers, settings)}${pathname}${search}`;
  return URL.canParse(text) ? new URL(text) : null;
}

/** Reading is open to all; whatever changes something must come from our own pages, or from no page at all. */
function isOwnOrigin(request: Request, url: URL, { baseUrl, trustedOrigins }: AuthSettings): boolean {
  if (request.method === 'GET' || request.method === 'HEAD') return true;
  if (request.headers.get('sec-fetch-site') === 'cross-site') return false;
  const origin = request.headers.get('origin');
  if (origin === null) return !request.headers.has('cookie');
  if (!URL.canParse(origin)) return false;
  const parsed = new URL(origin);
  if (baseUrl !== null && parsed.origin === new URL(baseUrl).origin) return true;
  return parsed.host === url.host || trustedOrigins.includes(parsed.origin);
}

const LIBRARY_CODES: Readonly<Record<string, ErrorCode>> = {
  INVALID_EMAIL_OR_PASSWORD: 'wrong_password',
  INVALID_PASSWORD: 'wrong_password',
  INVALID_EMAIL: 'wrong_password',
  PASSWORD_TOO_SHORT: 'password_weak',
  PASSWORD_TOO_LONG: 'password_weak',
  INVALID_ORIGIN: 'foreign_origin',
  MISSING_OR_NULL_ORIGIN: 'foreign_origin',
};
const STATUS_CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'bad_request',
  401: 'not_signed_in',
  403: 'not_allowed',
  404: 'not_found',
  429: 'too_many_tries',
};

async function translated(response: Response, url: URL): Promise<Response> {
  if (response.status < 400) return await withoutToken(response, url);
  const code = codeOf(await response.text()) ?? STATUS_CODES[response.status] ?? 'internal';
  // A sign-in form's mistakes are all one to whoever guesses.
  const told = url.pathname.endsWith('/sign-in/email') && code === 'bad_request' ? 'wrong_password' : code;
  return refusal(told, response.headers.get('x-retry-after'));
}

/** The library repeats the session's token in its answers; the cookie that scripts cannot read is enough. */
async function withoutToken(response: Response, url: URL): Promise<Response> {
  if (!/\/(sign-in\/email|get-session|change-password)$/.test(url.pathname)) return response;
  const body: unknown = await response.json();
  const user = typeof body === 'object' && body !== null && 'user' in body ? body.user : null;
  const headers = new Headers(response.headers);
  headers.delete('content-length');
  return Response.json({ user }, { status: response.status, headers });
}

function codeOf(body: string): ErrorCode | null {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null || !('code' in parsed)) return null;
    if (isErrorCode(parsed.code)) return parsed.code;
    return typeof parsed.code === 'string' ? (LIBRARY_CODES[parsed.code] ?? null) : null;
  } catch {
    // Not JSON: the status tells enough.
    return null;
  }
}

function refusal(code: ErrorCode, retryAfter: string | null = null): Response {
  const headers = new Headers({ 'cache-control': 'no-store' });
  if (retryAfter !== null) headers.set('retry-after', retryAfter);
  return Response.json({ code }, { status: httpStatus(code), headers });
}
