import type Docker from 'dockerode';
import { z } from 'zod';
import type { Clock } from '#server/clock.ts';
import { log } from '#server/log.ts';
import type { SandboxEnd } from '#server/sandboxes/driver.ts';
import { INSTALLATION_LABEL } from './container-options.ts';
import { httpStatusOf } from './docker-errors.ts';

const containerEvent = z.object({
  Action: z.string(),
  Actor: z.object({ ID: z.string() }),
});

type Watched = { end: (reason: SandboxEnd) => void; outOfMemoryAt: number | null };
export type DockerEventsOptions = { connect: () => Promise<Docker>; installation: string; clock: Clock };

const RECONNECT_MS = 500;
/** A container that dies this soon after a lack of memory died of it. */
const MEMORY_BLAME_MS = 10_000;

/** One stream of the engine's events for all sandboxes. When it breaks, each sandbox is looked at again. */
export class DockerEvents {
  readonly #options: DockerEventsOptions;
  readonly #watched = new Map<string, Watched>();
  #stream: NodeJS.ReadableStream | null = null;
  #opening: Promise<void> | null = null;
  #retry: Disposable | null = null;
  #disposed = false;

  constructor(options: DockerEventsOptions) {
    this.#options = options;
  }

  /** Resolves when nothing can be missed any more. */
  async watch(containerId: string, end: (reason: SandboxEnd) => void): Promise<void> {
    this.#watched.set(containerId, { end, outOfMemoryAt: null });
    await this.#open();
  }

  forget(containerId: string): void {
    this.#watched.delete(containerId);
  }

  dispose(): void {
    this.#disposed = true;
    this.#retry?.[Symbol.dispose]();
    this.#watched.clear();
    destroyStream(this.#stream);
  }

  #open(): Promise<void> {
    if (this.#stream !== null || this.#disposed) return Promise.resolve();
    this.#opening ??= this.#connect().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  async #connect(): Promise<void> {
    const docker = await this.#options.connect();
    const label = `${INSTALLATION_LABEL}=${this.#options.installation}`;
    const filters = { type: ['container' as const], event: ['die', 'oom', 'destroy'], label: [label] };
    const stream = await docker.getEvents({ filters });
    if (this.#disposed) return destroyStream(stream);
    this.#stream = stream;
    readLines(stream, (line) => this.#heard(line));
    const broken = () => this.#broken(stream);
    stream.once('close', broken);
    stream.once('end', broken);
    stream.once('error', broken);
  }

  #heard(line: string): void {
    const { Action, Actor } = containerEvent.parse(JSON.parse(line));
    const watched = this.#watched.get(Actor.ID);
    if (watched === undefined) return;
    const now = this.#options.clock.now().getTime();
    if (Action === 'oom') {
      watched.outOfMemoryAt = now;
      return;
    }
    const { outOfMemoryAt } = watched;
    const isMemory = outOfMemoryAt !== null && now - outOfMemoryAt < MEMORY_BLAME_MS;
    this.#end(Actor.ID, isMemory ? 'memory' : 'fault');
  }

  #end(containerId: string, reason: SandboxEnd): void {
    const watched = this.#watched.get(containerId);
    this.#watched.delete(containerId);
    watched?.end(reason);
  }

  #broken(stream: NodeJS.ReadableStream): void {
    if (this.#stream !== stream) return;
    this.#stream = null;
    this.#later();
  }

  #later(): void {
    if (this.#disposed || this.#watched.size === 0) return;
    this.#retry = this.#options.clock.after(RECONNECT_MS, () => {
      this.#open()
        .then(() => this.#lookAgain())
        .catch((error: unknown) => {
          log.debug('docker.events_unreachable', { err: error });
          this.#later();
        });
    });
  }

  /** What ended while nobody listened went down with its engine. */
  async #lookAgain(): Promise<void> {
    const docker = await this.#options.connect();
    const looks = [...this.#watched.keys()].map(async (id) => {
      if (!(await livesOn(docker, id))) this.#end(id, 'host_restart');
    });
    // One that cannot be looked at holds up none of the others; all are looked at once more.
    const failed = (await Promise.allSettled(looks)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }
}

async function livesOn(docker: Docker, containerId: string): Promise<boolean> {
  const container = docker.getContainer(containerId);
  try {
    return (await container.inspect()).State.Running;
  } catch (error) {
    if (httpStatusOf(error) === 404) return false;
    throw error;
  }
}

function readLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.filter((one) => one !== '')) onLine(line);
  });
}

function destroyStream(stream: NodeJS.ReadableStream | null): void {
  if (stream !== null && 'destroy' in stream && typeof stream.destroy === 'function') stream.destroy();
}
