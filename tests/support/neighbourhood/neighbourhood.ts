import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { mustRun, runCommand } from '#server/sandboxes/engine/run-command.ts';

/** A packet that came to one of the stand-ins. `to` is the address called, or of a UDP packet its text. */
export type Contact = { how: 'tcp' | 'udp'; from: string; to: string };

/** Hosts that a sandbox may try to reach, all of them made here and gone at the end: nothing outside this machine is tried. */
export type Neighbourhood = {
  /** On the internet, as far as a sandbox can tell: a range reserved for documentation. */
  outside: string;
  /** One in each private range. */
  privates: readonly string[];
  /** Where clouds tell a machine its secrets. */
  metadata: string;
  /** An address of this machine itself that looks public. */
  own: string;
  /** All of them answer here, by TCP (HTTP) and UDP, with `here`. */
  port: number;
  /** Who called so far. */
  contacts: readonly Contact[];
  /** Sends a UDP packet from the outside host. */
  sendFromOutside(request: { to: string; port: number; text: string }): Promise<void>;
  dispose(): Promise<void>;
};

const HOST_PROGRAM = path.resolve(import.meta.dirname, 'answering-host.mjs');

/** `index` tells two neighbourhoods on one machine apart: 0 to 120, an engine's number will do. */
export async function standUpNeighbourhood(index: number): Promise<Neighbourhood> {
  const names = { room: `chr${index}`, door: `chd${index}` };
  const gate = `203.0.113.${2 * index}`;
  const outside = `203.0.113.${2 * index + 1}`;
  const own = `198.51.100.${index + 1}`;
  const privates = [`10.99.${index}.1`, `172.31.${index}.1`, `192.168.${index}.1`, `100.64.${index}.1`];
  const metadata = '169.254.169.254';
  const port = 20_000 + index;
  const takeAway = async () => {
    await runCommand('ip', ['netns', 'delete', names.room]);
    await runCommand('ip', ['link', 'delete', names.door]);
  };
  await takeAway();
  const inside = (...args: string[]) => mustRun('ip', ['-n', names.room, ...args]);
  await mustRun('ip', ['netns', 'add', names.room]);
  await mustRun('ip', ['link', 'add', names.door, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', names.room]);
  await mustRun('ip', ['address', 'add', `${gate}/31`, 'dev', names.door]);
  await mustRun('ip', ['address', 'add', `${own}/32`, 'dev', names.door]);
  await mustRun('ip', ['link', 'set', names.door, 'up']);
  await inside('link', 'set', 'lo', 'up');
  await inside('link', 'set', 'eth0', 'up');
  await inside('address', 'add', `${outside}/31`, 'dev', 'eth0');
  await inside('route', 'add', 'default', 'via', gate);
  for (const address of [...privates, metadata]) {
    await inside('address', 'add', `${address}/32`, 'dev', 'lo');
    // Several neighbourhoods may have the same address: the first serves for all.
    await mustRun('ip', ['route', 'add', `${address}/32`, 'via', outside, 'metric', `${1000 + index}`]);
  }
  const contacts: Contact[] = [];
  const hosts = [
    await answer(['ip', 'netns', 'exec', names.room], port, contacts),
    await answer(['env'], port, contacts),
  ];
  return {
    outside,
    privates,
    metadata,
    own,
    port,
    contacts,
    async sendFromOutside({ to, port: at, text }) {
      const send = `printf '%s' "$1" > /dev/udp/${to}/${at}`;
      await mustRun('ip', ['netns', 'exec', names.room, 'bash', '-c', send, 'send', text]);
    },
    async dispose() {
      await Promise.all(hosts.map(end));
      await takeAway();
    },
  };
}

async function answer([program = '', ...words]: string[], port: number, contacts: Contact[]): Promise<ChildProcess> {
  const args = [...words, process.execPath, HOST_PROGRAM, `${port}`];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const [first] = await once(lines, 'line');
  if (first !== 'ready') throw new Error(`the answering host said ${first}`);
  lines.on('line', (line) => {
    const contact: Contact = JSON.parse(line);
    contacts.push({ ...contact, from: contact.from.replace('::ffff:', ''), to: contact.to.replace('::ffff:', '') });
  });
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
