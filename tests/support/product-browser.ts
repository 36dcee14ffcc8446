import { readFileSync } from 'node:fs';
import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http';
import path from 'node:path';
import { z } from 'zod';
import { LIVE_SUBPROTOCOL, TERMINAL_SUBPROTOCOL } from '#server/shared/protocol.ts';
import { ProductSocket } from './product-socket.ts';
import { COURSE, PASSWORD } from './seed-school.ts';

export type Reply = { status: number; headers: IncomingHttpHeaders; text: string; json: Record<string, unknown> };
export type Joined = { enrollmentId: string; classroomId: string; returnLink: string };

const joined = z.object({ enrollmentId: z.string(), classroomId: z.string(), returnLink: z.string() });
const actionManifest = z.object({
  node: z.record(z.string(), z.object({ filename: z.string(), exportedName: z.string() })),
});
const CHAPTER = `/learn/${COURSE}/docker`;

type Area = 'learn' | 'teach' | 'admin';
const PAGES: Record<Area, string> = { learn: CHAPTER, teach: '/teach', admin: '/admin' };
/** `page`: where the action is called from, when that is not the area's first page. */
type Calling = { area?: Area; page?: string; headers?: Record<string, string> };

/** A browser with a cookie jar at a real server, from a loopback address of its own choice. */
export class ProductBrowser {
  readonly #site: URL;
  readonly #localAddress: string;
  readonly #cookies = new Map<string, string>();

  constructor(url: string, localAddress = '127.0.0.1') {
    this.#site = new URL(url);
    this.#localAddress = localAddress;
  }

  /** The same browser after the server came back elsewhere. */
  at(url: string): ProductBrowser {
    const moved = new ProductBrowser(url, this.#localAddress);
    for (const [name, value] of this.#cookies) moved.#cookies.set(name, value);
    return moved;
  }

  headers(): Record<string, string> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return { origin: this.#site.origin, ...(cookie && { cookie }) };
  }

  get(where: string): Promise<Reply> {
    return this.send({ method: 'GET', path: where });
  }

  post(where: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const sent = { 'content-type': 'application/json', ...headers };
    return this.send({ method: 'POST', path: where, headers: sent }, JSON.stringify(body));
  }

  async join(code: string, name: string): Promise<Joined> {
    const reply = await this.post('/api/auth/join', { code, name });
    if (reply.status !== 200) throw new Error(`joining: ${reply.status} ${reply.text}`);
    return joined.parse(reply.json);
  }

  async signIn(email: string): Promise<void> {
    const reply = await this.post('/api/auth/sign-in/email', { email, password: PASSWORD });
    if (reply.status !== 200) throw new Error(`signing in: ${reply.status} ${reply.text}`);
  }

  /** Opening the chapter asks for a sandbox. */
  openChapter(classroomId: string): Promise<Reply> {
    return this.get(`${CHAPTER}?class=${classroomId}`);
  }

  /** Calls a server action as a page does; `value` is what the action returned. */
  async act(
    name: string,
    args: readonly unknown[],
    { area = 'learn', page = PAGES[area], headers = {} }: Calling = {},
  ): Promise<{ status: number; value: unknown }> {
    const sent = {
      accept: 'text/x-component',
      'content-type': 'text/plain;charset=UTF-8',
      'next-action': actionId(area, name),
      ...headers,
    };
    const reply = await this.send({ method: 'POST', path: page, headers: sent }, JSON.stringify(args));
    const line = reply.text.split('\n').find((candidate) => candidate.startsWith('1:{'));
    return { status: reply.status, value: line === undefined ? null : JSON.parse(line.slice(2)) };
  }

  terminal(enrollmentId: string, { attach = true, shell = 'shell-1', watch = false } = {}): ProductSocket {
    const seat = encodeURIComponent(enrollmentId);
    const url = this.#socketUrl(`/ws/terminal?enrollment=${seat}${watch ? '&watch' : ''}`);
    const socket = new ProductSocket(url, TERMINAL_SUBPROTOCOL, this.headers());
    const size = { cols: 80, rows: 24 };
    if (attach) socket.sendWhenOpen({ type: 'attach', shell, since: null, size });
    return socket;
  }

  live(...requests: object[]): ProductSocket {
    const socket = new ProductSocket(this.#socketUrl('/ws/live'), LIVE_SUBPROTOCOL, this.headers());
    for (const one of requests) socket.sendWhenOpen(one);
    return socket;
  }

  send(options: RequestOptions, body = ''): Promise<Reply> {
    const headers = { ...this.headers(), ...options.headers };
    const where = { host: this.#site.hostname, port: this.#site.port, localAddress: this.#localAddress };
    return new Promise((resolve, reject) => {
      const asked = request({ ...options, ...where, headers, agent: false }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('end', () => {
          for (const cookie of response.headers['set-cookie'] ?? []) this.#keep(cookie);
          const isJson = response.headers['content-type']?.startsWith('application/json');
          const json: unknown = isJson && text.startsWith('{') ? JSON.parse(text) : {};
          const { statusCode = 0, headers } = response;
          resolve({ status: statusCode, headers, text, json: { ...(json as object) } });
        });
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }

  #socketUrl(where: string): string {
    return `ws://${this.#site.host}${where}`;
  }

  #keep(cookie: string): void {
    const pair = cookie.split(';')[0] ?? '';
    const equals = pair.indexOf('=');
    this.#cookies.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
}

/** Next names its actions by hashes, listed in the build. */
function actionId(area: Area, name: string): string {
  const file = path.resolve('.next/server/server-reference-manifest.json');
  const { node } = actionManifest.parse(JSON.parse(readFileSync(file, 'utf8')));
  const isIt = ([, action]: [string, { filename: string; exportedName: string }]) =>
    action.exportedName === name && new RegExp(`^app/${area}/([a-z]+-)?actions.ts$`).test(action.filename);
  const id = Object.entries(node).find(isIt)?.[0];
  if (!id) throw new Error(`no action ${name} in the build`);
  return id;
}
