import { handleAuthRequest } from '#server/accounts/auth-handler.ts';

type Call = { body?: unknown; headers?: Record<string, string> };
export type Answer = { status: number; body: Record<string, unknown>; location: string | null; headers: Headers };

let browsers = 0;
/** Limits are per address and last for the process: each browser has its own unless told otherwise. */
const nextAddress = () => {
  browsers += 1;
  return `198.18.${browsers >> 8}.${browsers & 255}`;
};

/** A browser with a cookie jar, talking to the real auth handler. */
export class AuthBrowser {
  readonly #cookies = new Map<string, string>();
  readonly #host: string;
  readonly #address: string;

  constructor({ host = 'class.lan:3000', address = nextAddress() }: { host?: string; address?: string } = {}) {
    this.#host = host;
    this.#address = address;
  }

  /** What a page's server side would get. */
  headers(): Headers {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const sent = new Headers({ host: this.#host, 'x-chapterhouse-address': this.#address });
    if (cookie) sent.set('cookie', cookie);
    return sent;
  }

  get isSignedIn(): boolean {
    return this.#cookies.size > 0;
  }

  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#send('POST', path, { body, headers: { origin: `http://${this.#host}`, ...headers } });
  }

  get(path: string): Promise<Answer> {
    return this.#send('GET', path, {});
  }

  async #send(method: string, path: string, { body, headers = {} }: Call): Promise<Answer> {
    const all = this.headers();
    for (const [name, value] of Object.entries(headers)) all.set(name, value);
    if (body !== undefined) all.set('content-type', 'application/json');
    const init = { method, headers: all, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    // Next names the address it listens on, not the one the browser used.
    const response = await handleAuthRequest(new Request(`http://0.0.0.0:3000/api/auth${path}`, init));
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie);
    const text = await response.text();
    const parsed: unknown = text.startsWith('{') ? JSON.parse(text) : {};
    return {
      status: response.status,
      body: typeof parsed === 'object' && parsed !== null ? { ...parsed } : {},
      location: response.headers.get('location'),
      headers: response.headers,
    };
  }

  #keep(cookie: string): void {
    const [pair = '', ...attributes] = cookie.split(';');
    const name = pair.slice(0, pair.indexOf('='));
    const value = pair.slice(pair.indexOf('=') + 1);
    if (attributes.some((one) => one.trim().toLowerCase() === 'max-age=0')) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }
}
