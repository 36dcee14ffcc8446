import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { hostname } from 'node:os';
import path from 'node:path';

/** Settings of the whole machine that an attempt aims at, or that would tell of one that got through. */
const SETTINGS = [
  '/proc/sys/kernel/core_pattern',
  '/proc/sys/kernel/modprobe',
  '/proc/sys/kernel/hotplug',
  '/proc/sys/kernel/printk_ratelimit_burst',
  '/proc/sys/kernel/ctrl-alt-del',
  '/proc/sys/kernel/panic',
  '/proc/sys/vm/stat_interval',
  '/proc/sys/vm/overcommit_memory',
  '/proc/sys/fs/lease-break-time',
  '/proc/sys/fs/binfmt_misc/status',
  '/proc/modules',
  '/proc/swaps',
  '/sys/kernel/uevent_helper',
  '/sys/kernel/kexec_loaded',
  '/sys/kernel/mm/transparent_hugepage/khugepaged/scan_sleep_millisecs',
];

const CLOCK_TOLERANCE_MS = 300;

/** What must stay as it is on the host: a file, two processes, a socket, the clock and the kernel's settings. */
export class HostWitness {
  /** A secret that is nowhere but on the host. */
  readonly secret = `host-${randomBytes(12).toString('hex')}`;
  /** A path for an attempt to write to: it must never come to be. */
  readonly trap: string;
  readonly secretFile: string;
  /** A file in the store itself, beside the sandboxes' own layers. */
  readonly storeFile: string;
  readonly socketName = `chapterhouse-escape-${randomBytes(6).toString('hex')}`;
  readonly folder: string;
  readonly #processes: ChildProcess[] = [];
  readonly #server: Server = createServer((socket) => {
    this.#connections += 1;
    socket.destroy();
  });
  #connections = 0;
  #before: string[] = [];
  #clock = 0;

  private constructor({ folder, store }: { folder: string; store: string }) {
    this.folder = folder;
    this.secretFile = path.join(folder, 'secret');
    this.trap = path.join(folder, 'trap');
    this.storeFile = path.join(store, 'escape-secret');
  }

  static async stand(places: { folder: string; store: string }): Promise<HostWitness> {
    const witness = new HostWitness(places);
    await mkdir(places.folder, { recursive: true, mode: 0o777 });
    for (const file of [witness.secretFile, witness.storeFile]) await writeFile(file, witness.secret, { mode: 0o644 });
    // One of the host's root, and one of the very number that the sandboxes' root has.
    for (const uid of [0, 100_000]) {
      const program = spawn('sh', ['-c', `while :; do sleep 1000; done # ${witness.secret}`], { uid, stdio: 'ignore' });
      await once(program, 'spawn');
      witness.#processes.push(program);
    }
    witness.#server.listen(`\0${witness.socketName}`);
    await once(witness.#server, 'listening');
    await witness.look();
    return witness;
  }

  get pids(): number[] {
    return this.#processes.map(({ pid }) => pid ?? 0);
  }

  get connections(): number {
    return this.#connections;
  }

  /** Notes how things are before an attempt. */
  async look(): Promise<void> {
    this.#before = await settings();
    this.#clock = clockOffset();
  }

  /** What is no longer as it was. Empty: nobody got through. */
  async changes(): Promise<string[]> {
    const now = await settings();
    const changed = now.filter((line, i) => line !== this.#before[i]);
    if (Math.abs(clockOffset() - this.#clock) > CLOCK_TOLERANCE_MS) changed.push('the clock was set');
    for (const file of [this.secretFile, this.storeFile]) {
      if ((await readFile(file, 'utf8')) !== this.secret) changed.push(`${file} was written`);
    }
    if ((await readFile(this.trap).catch(() => null)) !== null) changed.push(`${this.trap} was made`);
    for (const { pid, exitCode, signalCode } of this.#processes) {
      const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
      if (exitCode !== null || signalCode !== null || !/State:\s+S/.test(status)) changed.push(`${pid} was signalled`);
      if (!/TracerPid:\s+0\n/.test(status)) changed.push(`${pid} is traced`);
    }
    if (this.#connections > 0) changed.push('the host’s own socket was reached');
    return changed;
  }

  /** A reach that the test itself made, as the proof that the socket could be reached. */
  forgetConnections(): void {
    this.#connections = 0;
  }

  async leave(): Promise<void> {
    for (const program of this.#processes) program.kill('SIGKILL');
    this.#server.close();
    await rm(this.folder, { recursive: true, force: true });
    await rm(this.storeFile, { force: true });
  }
}

async function settings(): Promise<string[]> {
  const values = await Promise.all(SETTINGS.map((file) => readFile(file, 'utf8').catch(() => '(none)')));
  return [...SETTINGS.map((file, i) => `${file}: ${values[i]}`), `hostname: ${hostname()}`];
}

const clockOffset = () => Date.now() - performance.now();
