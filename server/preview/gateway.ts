import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '#server/clock.ts';
import { AppError, errorCode, httpStatus } from '#server/errors.ts';
import { log } from '#server/log.ts';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import type { ErrorCode } from '#server/shared/error-codes.ts';
import type { SandboxView } from '#server/shared/protocol.ts';
import { type Forwarding, forwardRequest } from './forward-request.ts';
import { forwardUpgrade } from './forward-upgrade.ts';
import { isOwnRequest } from './preview-asking.ts';
import { previewCookie, setPreviewCookie } from './preview-headers.ts';
import { PreviewLines } from './preview-lines.ts';
import { hostName, type PreviewSettings, placeOf, readHost, seatLabel } from './preview-names.ts';
import { type PreviewGrant, PreviewSessions } from './preview-sessions.ts';

/** Of every preview's paths these are ours; the student's server never sees them. */
const OWN_PATHS = '/.chapterhouse/';
const ENTER_PATH = `${OWN_PATHS}enter`;

/** A fault in the words of whoever looks; `port` is null where it is not known. */
export type FaultPage = (
  code: ErrorCode,
  about: { port: number | null; language: string | null; acceptLanguage: string | undefined },
) => string;

export type PreviewOptions = {
  settings: PreviewSettings;
  /** Names seats; never shown. */
  secret: string;
  publicUrl: string | null;
  trustProxy: boolean;
  clock: Clock;
  sandboxes: {
    find(seatId: string): Sandbox | null;
    view(seatId: string): SandboxView;
    touch(seatId: string): void;
  };
  faultPage: FaultPage;
};

export type OpenPreview = {
  seatId: string;
  port: number;
  /** The platform's address as the browser used it. */
  site: string;
  language: string;
  /** Whether the seat is the asker's own: an origin that previews share is for nothing else. */
  isOwn: boolean;
  ask: PreviewGrant['ask'];
};

/** What the platform's server hands over: requests for names that are previews', and all of the second port. */
export interface PreviewDoor {
  /** True for a name below the previews' base: it is never the platform's. */
  claims(request: IncomingMessage): boolean;
  handle(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** Shows to a browser what a student's sandbox serves, each port as an origin of its own. */
export class PreviewGateway implements PreviewDoor {
  readonly #options: PreviewOptions;
  readonly #sessions: PreviewSessions;
  readonly #lines: PreviewLines;

  constructor(options: PreviewOptions) {
    this.#options = options;
    this.#sessions = new PreviewSessions(options.clock);
    this.#lines = new PreviewLines(options.clock);
  }

  /**
   * The address that opens a preview once, for somebody whom the permission table let. Rejects with `preview_nowhere`
   * where no name leads to previews.
   */
  open({ seatId, port, site, language, isOwn, ask }: OpenPreview): string {
    const { settings, secret } = this.#options;
    const place = placeOf(settings, { site, port, label: seatLabel(secret, seatId) });
    const isShared = place?.kind === 'second_port';
    if (place === null || (isShared && !isOwn)) throw new AppError('preview_nowhere', `no name for port ${port}`);
    const isHttps = place.origin.startsWith('https:');
    const ticket = this.#sessions.issue({ seatId, port, host: place.host, isHttps, isShared, language, ask });
    return `${place.origin}${ENTER_PATH}?ticket=${ticket}`;
  }

  /** A page of its own that tells why there is no preview. */
  faultPage(code: ErrorCode, about: Parameters<FaultPage>[1]): Response {
    return new Response(this.#options.faultPage(code, about), { status: httpStatus(code), headers: FAULT_HEADERS });
  }

  claims(request: IncomingMessage): boolean {
    const host = this.#hostOf(request.headers);
    const { publicUrl } = this.#options;
    if (publicUrl !== null && hostName(new URL(publicUrl).host) === hostName(host)) return false;
    return readHost(host, this.#base) !== 'elsewhere';
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    let grant: PreviewGrant | null = null;
    const work = async () => {
      const path = pathOf(request);
      if (path === ENTER_PATH) return this.#enter(request, response);
      if (path.startsWith(OWN_PATHS)) throw new AppError('not_found', 'no page of ours');
      grant = await this.#grantOf(request);
      if (request.headers['sec-fetch-mode'] === 'navigate') this.#options.sandboxes.touch(grant.seatId);
      await forwardRequest({ ...this.#forwarding(request, grant), response });
    };
    work().catch((error: unknown) => this.#tell(error, { request, response, grant }));
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const work = async () => {
      if (pathOf(request).startsWith(OWN_PATHS)) throw new AppError('not_found', 'no socket of ours');
      if (request.headers.upgrade?.toLowerCase() !== 'websocket') throw new AppError('bad_request', 'no WebSocket');
      // Every browser sends it with a WebSocket.
      if (request.headers.origin === undefined) throw new AppError('foreign_origin', 'a socket without an origin');
      const grant = await this.#grantOf(request);
      await forwardUpgrade({ ...this.#forwarding(request, grant), socket, head });
    };
    work().catch((error: unknown) => {
      const code = this.#codeOf(error);
      socket.end(`HTTP/1.1 ${httpStatus(code)} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    });
  }

  /** Lets go of all connections into sandboxes. */
  dispose(): void {
    this.#lines.dispose();
  }

  get #base(): string {
    return this.#options.settings.host ?? 'localhost';
  }

  #enter(request: IncomingMessage, response: ServerResponse): void {
    const ticket = new URL(request.url ?? '/', 'http://preview').searchParams.get('ticket') ?? '';
    const isReading = request.method === 'GET' && request.headers.origin === undefined;
    const entered = isReading ? this.#sessions.redeem(ticket, this.#hostOf(request.headers)) : null;
    if (entered === null) throw new AppError('preview_lapsed', 'a ticket that is not good');
    const { isHttps, isShared } = entered.grant;
    response.writeHead(303, {
      location: '/',
      'set-cookie': setPreviewCookie(entered.token, isHttps),
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      // What the preview before this one kept in the same origin is not for this one's pages.
      ...(isShared && { 'clear-site-data': '"cache", "storage"' }),
    });
    response.end();
  }

  async #grantOf(request: IncomingMessage): Promise<PreviewGrant> {
    const { headers, method = 'GET' } = request;
    const host = this.#hostOf(headers);
    const token = previewCookie(headers);
    const grant = token === null ? null : await this.#sessions.find(token, host);
    if (grant === null) throw new AppError('preview_lapsed', 'no session');
    if (!isOwnRequest({ method, headers }, (other) => this.#isSameSeat(other, grant)))
      throw new AppError('foreign_origin', `a request from ${headers.origin ?? headers['sec-fetch-site']}`);
    return grant;
  }

  /** Pages of the same seat may ask each other. */
  #isSameSeat(host: string, grant: PreviewGrant): boolean {
    if (host === grant.host) return true;
    const read = grant.isShared ? 'elsewhere' : readHost(host, this.#base);
    return typeof read === 'object' && read.label === seatLabel(this.#options.secret, grant.seatId);
  }

  #forwarding(request: IncomingMessage, grant: PreviewGrant): Forwarding {
    const sandbox = this.#options.sandboxes.find(grant.seatId);
    if (sandbox === null) {
      const { phase } = this.#options.sandboxes.view(grant.seatId);
      const isComing = phase === 'queued' || phase === 'creating' || phase === 'booting';
      throw new AppError(isComing ? 'sandbox_starting' : 'sandbox_gone', `the sandbox is ${phase}`);
    }
    const target = { key: `${sandbox.sandboxId}:${grant.port}`, dial: () => sandbox.dialPort(grant.port) };
    return { request, grant, target, lines: this.#lines, clock: this.#options.clock };
  }

  #tell(error: unknown, { request, response, grant }: Told): void {
    const code = this.#codeOf(error);
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    const about = {
      port: grant?.port ?? null,
      language: grant?.language ?? null,
      acceptLanguage: request.headers['accept-language'],
    };
    response.writeHead(httpStatus(code), FAULT_HEADERS);
    response.end(this.#options.faultPage(code, about));
  }

  #codeOf(error: unknown): ErrorCode {
    const code = errorCode(error);
    if (code === 'internal' && !isGone(error)) log.error('preview.failed', error);
    return code;
  }

  #hostOf(headers: IncomingHttpHeaders): string {
    const forwarded = this.#options.trustProxy ? headers['x-forwarded-host'] : undefined;
    const first = (Array.isArray(forwarded) ? forwarded[0] : forwarded)?.split(',')[0]?.trim();
    return (first ?? headers.host ?? '').toLowerCase();
  }
}

type Told = { request: IncomingMessage; response: ServerResponse; grant: PreviewGrant | null };

const FAULT_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

/** Only paths: an address in full, or `*`, would be for a proxy, which this is not. */
function pathOf({ url = '' }: IncomingMessage): string {
  if (!url.startsWith('/')) throw new AppError('bad_request', 'not a path');
  return url.split('?')[0] ?? '/';
}

/** The browser went away, or the program's answer broke off. */
const isGone = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'AbortError' || ('code' in error && /^(ECONNRESET|EPIPE|ERR_STREAM_.*)$/.test(String(error.code))));
