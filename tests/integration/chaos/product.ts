import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { childrenOf, read } from './processes.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const STARTED = 'Chapterhouse is at ';

/** What `server/start.mjs` does once the checkout is made ready. */
const LAUNCHER = `
const at = (file) => import(${JSON.stringify(ROOT)} + '/server/launch/' + file);
const [{ planLaunch }, { supervise }] = await Promise.all([at('plan-launch.mjs'), at('supervise.mjs')]);
const say = (text) => process.stdout.write(text + '\\n');
const launch = await planLaunch({ root: ${JSON.stringify(ROOT)}, env: process.env, development: false, say });
process.exitCode = await supervise(launch, say);
`;

/** The product under an init system, which starts its launcher again whenever that ends. */
export class InitedProduct {
  readonly url: string;
  readonly #env: NodeJS.ProcessEnv;
  #launcher: ChildProcess | null = null;
  #isWanted = true;
  #output = '';
  starts = 0;

  private constructor(port: number, env: NodeJS.ProcessEnv) {
    this.url = `http://127.0.0.1:${port}`;
    this.#env = env;
  }

  static async start(given: { home: string; env: Record<string, string> }): Promise<InitedProduct> {
    const port = await freePort();
    const place = { CHAPTERHOUSE_HOME: given.home, CHAPTERHOUSE_HOST: '127.0.0.1', CHAPTERHOUSE_PORT: String(port) };
    const product = new InitedProduct(port, { ...process.env, ...place, ...given.env });
    product.powerOn();
    while (!product.output.includes(STARTED)) {
      if (product.starts > 1) throw new Error(`the product did not start:\n${product.output}`);
      await delay(50);
    }
    return product;
  }

  get output(): string {
    return this.#output;
  }

  get launcherPid(): number | null {
    return this.#launcher?.pid ?? null;
  }

  /** The process of one role that runs now; null while it is being started again. */
  pidOf(role: 'web' | 'keeper'): number | null {
    const entry = role === 'web' ? '/server/index.ts' : '/server/keeper/index.ts';
    const own = childrenOf(this.launcherPid ?? 0);
    return own.find((pid) => read(`/proc/${pid}/cmdline`).includes(entry)) ?? null;
  }

  powerOn(): void {
    this.#isWanted = true;
    this.#launch();
  }

  /** From now on nothing starts it again. */
  powerOff(): void {
    this.#isWanted = false;
  }

  async stop(): Promise<void> {
    this.powerOff();
    const launcher = this.#launcher;
    if (launcher === null) return;
    await new Promise((resolve) => {
      launcher.once('exit', resolve);
      launcher.kill('SIGTERM');
    });
  }

  #launch(): void {
    this.starts++;
    // Where the lesson itself is killed, it ends as well.
    const command = ['--pdeathsig', 'TERM', '--', process.execPath, '--input-type=module', '-e', LAUNCHER];
    const child = spawn('setpriv', command, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: this.#env,
    });
    this.#launcher = child;
    const keep = (text: Buffer) => {
      this.#output += text.toString();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.once('exit', () => {
      this.#launcher = null;
      if (this.#isWanted) this.#launch();
    });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
