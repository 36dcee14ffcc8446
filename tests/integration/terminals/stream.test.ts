import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, type WriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { TerminalClient } from '#components/terminal/terminal-client.ts';
import { holderProgram } from '#server/sandboxes/holder/holder-binary.ts';
import { SCROLLBACK_BYTES } from '#server/terminals/scrollback.ts';
import { startTornWire, type TornWire } from '../../support/torn-wire.ts';

/**
 * The stream as a page gets it: the page's own client, a network that breaks and stalls, the server's own terminals in a
 * process that is killed, the spool it leaves, and the holder beside a real pty, which goes on.
 */
const SIZE = { cols: 80, rows: 24 };
const WAIT = { timeout: 20_000, interval: 5 };
const PROCESS = path.resolve(import.meta.dirname, '../../support/terminal-process.ts');

/** Byte `n` of all that is ever printed: no stretch of it is like another. */
const WORD_BYTES = 4;
function printed(from: number, length: number): Buffer {
  const first = Math.floor(from / WORD_BYTES);
  const words = Math.ceil((from + length) / WORD_BYTES) - first;
  const bytes = Buffer.allocUnsafe(words * WORD_BYTES);
  for (let word = 0; word < words; word += 1) {
    bytes.writeUInt32LE(Math.imul(first + word + 1, 0x9e_37_79_b1) >>> 0, word * WORD_BYTES);
  }
  return bytes.subarray(from - first * WORD_BYTES).subarray(0, length);
}

/** A real holder with a real pty, whose program prints what the test says and nothing else. */
class Holder {
  readonly #process: ChildProcess;
  readonly #pipe: WriteStream;
  printed = 0;

  private constructor(process: ChildProcess, pipe: WriteStream) {
    this.#process = process;
    this.#pipe = pipe;
  }

  static async begin(folder: string): Promise<Holder> {
    const pipe = path.join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const program = ['sh', '-c', 'stty raw -echo; exec cat "$1"', 'sh', pipe];
    const place = ['--ready', '--socket', path.join(folder, 'holder'), '--', ...program];
    const process = spawn(await holderProgram(), place, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(process.stdout, 'data');
    // For reading too: it opens though nobody reads yet.
    return new Holder(process, createWriteStream(pipe, { flags: 'r+' }));
  }

  print(length: number): void {
    this.#pipe.write(printed(this.printed, length));
    this.printed += length;
  }

  close(): void {
    this.#pipe.destroy();
    this.#process.kill('SIGKILL');
  }
}

/** A page: what it has on its screen since it was last cleared. */
class Screen {
  client: TerminalClient;
  bytes = Buffer.alloc(0);
  cleared = 0;
  phase = 'connecting';
  slow = false;
  readonly #waiting: (() => void)[] = [];

  constructor(port: number) {
    this.client = new TerminalClient({
      url: `ws://127.0.0.1:${port}/ws/terminal?enrollment=ada`,
      shell: 'shell-1',
      size: SIZE,
      onState: ({ phase }) => {
        this.phase = phase;
      },
      onOutput: (bytes, drawn) => {
        this.bytes = Buffer.concat([this.bytes, bytes]);
        this.#draw(drawn);
      },
      onRestart: () => {
        this.bytes = Buffer.alloc(0);
        this.cleared += 1;
      },
      onReturn: () => undefined,
      onPrompt: () => undefined,
      onNotice: () => undefined,
      onSize: () => undefined,
      onCompany: () => undefined,
      random: () => 0,
      heartbeatMs: 60_000,
    });
  }

  hurry(): void {
    this.slow = false;
    while (this.#waiting.length > 0) this.#waiting.shift()?.();
  }

  #draw(drawn: () => void): void {
    if (this.slow) this.#waiting.push(drawn);
    else drawn();
  }
}

class World {
  readonly holder: Holder;
  screen: Screen;
  readonly #folder: string;
  readonly #wire: TornWire;
  readonly #ring: number;
  #server: ChildProcess | null = null;
  reloads = 0;

  private constructor(wire: TornWire, ring: number, folder: string, holder: Holder) {
    this.#wire = wire;
    this.#ring = ring;
    this.#folder = folder;
    this.holder = holder;
    this.screen = new Screen(wire.port);
  }

  static async begin(wire: TornWire, ring: number): Promise<World> {
    const folder = mkdtempSync(path.join(tmpdir(), 'stream-'));
    return new World(wire, ring, folder, await Holder.begin(folder));
  }

  async serve(): Promise<void> {
    this.#wire.stall(false);
    const place = [path.join(this.#folder, 'holder'), path.join(this.#folder, 'terminals'), String(this.#ring)];
    this.#server = fork(PROCESS, place, { env: { ...process.env, CHAPTERHOUSE_LOG_LEVEL: 'fatal' } });
    const [url] = await once(this.#server, 'message');
    this.#wire.leadTo(Number(new URL(String(url)).port));
    this.screen.client.retryNow();
    await vi.waitFor(() => expect(this.screen.phase).toBe('open'), WAIT);
  }

  async kill(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#wire.leadTo(null);
    this.#server = null;
    server.kill('SIGKILL');
    await once(server, 'exit');
    this.#wire.cut();
    await vi.waitFor(() => expect(this.screen.phase).not.toBe('open'), WAIT);
  }

  reload(): void {
    this.screen.client.dispose();
    this.screen = new Screen(this.#wire.port);
    this.reloads += 1;
  }

  async close(): Promise<void> {
    this.screen.client.dispose();
    await this.kill();
    this.holder.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 1));

type Act =
  | { do: 'print'; bytes: number }
  | { do: 'cut' | 'stall' | 'flow' | 'slow' | 'hurry' | 'reload' | 'restart' | 'turn' };

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('print' as const), bytes: fc.integer({ min: 1, max: 90_000 }) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constantFrom('cut', 'stall', 'flow', 'slow', 'hurry', 'reload', 'turn') }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
);

async function perform(world: World, wire: TornWire, one: Act): Promise<void> {
  switch (one.do) {
    case 'print':
      world.holder.print(one.bytes);
      return;
    case 'cut':
      wire.cut();
      world.screen.client.retryWhenWaiting();
      return;
    case 'stall':
    case 'flow':
      wire.stall(one.do === 'stall');
      return;
    case 'slow':
      world.screen.slow = true;
      return;
    case 'hurry':
      world.screen.hurry();
      return;
    case 'reload':
      world.reload();
      return;
    case 'restart':
      await world.kill();
      await world.serve();
      return;
    case 'turn':
      await turn();
  }
}

async function settle(world: World, wire: TornWire): Promise<void> {
  wire.stall(false);
  world.screen.hurry();
  world.holder.print(16);
  const last = printed(world.holder.printed - 16, 16);
  world.screen.client.retryWhenWaiting();
  await vi.waitFor(() => expect(world.screen.bytes.subarray(-16).equals(last)).toBe(true), WAIT);
}

async function streamHolds(ring: number, acts: readonly Act[]): Promise<void> {
  const wire = await startTornWire();
  const world = await World.begin(wire, ring);
  try {
    await world.serve();
    for (const one of acts) await perform(world, wire, one);
    await settle(world, wire);
    await world.kill();
    const expected = printed(0, world.holder.printed);
    const { bytes, cleared } = world.screen;
    const from = expected.length - bytes.length;
    expect(bytes.equals(expected.subarray(from))).toBe(true);
    if (expected.length <= ring) expect({ from, cleared }).toEqual({ from: 0, cleared: 0 });
    if (from > 0) expect(cleared + world.reloads).toBeGreaterThan(0);
  } finally {
    await world.close();
    wire.close();
  }
}

const acts = fc.array(act, { minLength: 5, maxLength: 40 });
const RUNS = Number(process.env.CHAPTERHOUSE_STREAM_RUNS ?? 12);

test('no byte is lost, doubled or reordered through breaks, stalls, slow pages, reloads and servers that are killed', async () => {
  await fc.assert(
    fc.asyncProperty(acts, (list) => streamHolds(SCROLLBACK_BYTES, list)),
    { numRuns: RUNS, endOnFailure: true },
  );
});

test('a page that falls out of a small ring is told so, and has what follows whole', async () => {
  await fc.assert(
    fc.asyncProperty(acts, (list) => streamHolds(300 * 1024, list)),
    { numRuns: RUNS, endOnFailure: true },
  );
});
