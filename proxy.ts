import { type NextRequest, NextResponse } from 'next/server';

/** Gives every page a fresh nonce: only scripts that carry it may run. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = btoa(crypto.randomUUID());
  const policy = contentSecurityPolicy({
    nonce,
    development: process.env.NODE_ENV === 'development',
    compiles: COMPILING_PAGE.test(request.nextUrl.pathname),
  });
  const headers = new Headers(request.headers);
  headers.set('x-nonce', nonce);
  // Next reads the nonce for its own scripts from this request header.
  headers.set('content-security-policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  return response;
}

export const config = {
  matcher: [{ source: '/((?!api/|_next/static|_next/image|favicon.ico|icon.svg).*)' }],
};

/**
 * Pages with a terminal, whose pictures are decoded by WebAssembly, and those of a recording, whose player's screen is
 * made of it. Text as script may be run nowhere.
 */
const COMPILING_PAGE = /^\/(learn|teach|terminal|recordings)\//;

type PolicyOptions = { nonce: string; development: boolean; compiles: boolean };

function contentSecurityPolicy({ nonce, development, compiles }: PolicyOptions): string {
  const evaluates = `${development ? " 'unsafe-eval'" : ''}${compiles ? " 'wasm-unsafe-eval'" : ''}`;
  return [
    "default-src 'self'",
    // React explains errors with eval in development, and only there.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${evaluates}`,
    // The terminal and the divider set style attributes.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
