import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Floors } from './floors.ts';
import { IDLE_SHELLS, KEYS, LOG, pauseBetweenKeys, TIMES } from './load.ts';
import { BUSY_SANDBOXES, SHELLS_IN_ONE } from './plan.ts';
import { cpuSeconds, holderKb, pssKb, rssKb } from './process-facts.ts';
import { PROMPT, Reader } from './reader.ts';
import type { Stand } from './stand.ts';
import { type Row, ratioTo, single, spreadRow } from './table.ts';

export type Measure = (stand: Stand, floors: Floors) => Promise<Row[]>;

const STALL_MS = 5000;
/** The slow end of what a browser's terminal draws. */
const SCREEN_BYTES_PER_SECOND = 5e6;
/** More than a window and all that a pty and its socket hold: a flood that goes on. */
const FLOODING_BYTES = 2e6;
const REATTACH_BYTES = 20_000;
const FLOOD = `while :; do cat ~/bench.log; done`;

/** A letter through a program and back. */
async function keys(url: string, student: string): Promise<number[]> {
  const reader = await Reader.atPrompt(url, student);
  reader.type('stty raw -echo; echo go; cat\r');
  await reader.ends('go\n', true);
  const pause = pauseBetweenKeys();
  const samples: number[] = [];
  for (let key = 0; key < KEYS; key += 1) {
    await pause();
    const before = reader.received;
    const sent = performance.now();
    reader.type('x');
    await reader.until(() => reader.received > before);
    samples.push(performance.now() - sent);
  }
  await reader.leave();
  return samples;
}

export const echoIdle: Measure = async ({ through, url }, { echoMs }) => {
  const samples = await keys(url, 'echo-idle');
  const most = through === 'docker' ? 2.5 : 1.7;
  const row = spreadRow(through, 'key echo, idle', samples, { aim: `p50 <= ${most} x ws-echo, p99 < 5 ms` });
  return [{ ...row, ratio: ratioTo('ws-echo', row.p50, echoMs) }];
};

export const echoAmongFifty: Measure = ({ through, url }) =>
  echoBeside(
    { through, url, name: '50 neighbours at 100 KB/s', count: 50 },
    'while :; do head -c 10000 ~/bench.log; sleep 0.1; done',
  );

export const echoBesideFlood: Measure = ({ through, url }) =>
  echoBeside({ through, url, name: 'a neighbour who floods', count: 1 }, FLOOD);

type Beside = { through: string; url: string; name: string; count: number };

async function echoBeside({ through, url, name, count }: Beside, command: string): Promise<Row[]> {
  const crowd = fork(path.join(import.meta.dirname, 'crowd-process.ts'), [url, String(count), command]);
  await once(crowd, 'message');
  const samples = await keys(url, `echo-beside-${count}`);
  crowd.send('enough');
  const [rate] = await once(crowd, 'message');
  return [
    spreadRow(through, `key echo, ${name}`, samples, { aim: 'p50 < 1 ms, p99 < 8 ms' }),
    single(through, `what they got meanwhile`, Number(rate), { unit: 'MB/s' }),
  ];
}

export const output: Measure = async ({ through, url, pid }, { localMbPerSecond }) => {
  const reader = await Reader.atPrompt(url, 'output');
  const before = { cpu: cpuSeconds(pid), bytes: reader.received, at: performance.now() };
  await reader.run('cat ~/bench.log');
  const megabytes = (reader.received - before.bytes) / 1e6;
  const rate = megabytes / ((performance.now() - before.at) / 1000);
  const cpu = (cpuSeconds(pid) - before.cpu) * (100 / megabytes);
  await reader.leave();
  return [
    single(through, `a log of ${LOG.megabytes} MB`, rate, {
      unit: 'MB/s',
      ratio: ratioTo('local', rate, localMbPerSecond),
      aim: '>= 0.6 x local',
    }),
    single(through, 'server time for 100 MB', cpu, { unit: 'CPU s', aim: '<= 1.1' }),
  ];
};

export const interrupt: Measure = async ({ through, url }) => {
  const reader = await Reader.atPrompt(url, 'interrupt');
  const quiet = async () => {
    const before = reader.received;
    reader.type(`${FLOOD}\r`);
    await reader.until(() => reader.received - before > FLOODING_BYTES);
    const sent = performance.now();
    reader.type('\x03');
    await reader.ends(PROMPT, true);
    const drawn = Math.max(performance.now(), reader.drawnAt) - sent;
    await new Promise((resolve) => setTimeout(resolve, drawn));
    return drawn;
  };
  const fast: number[] = [];
  const drawn: number[] = [];
  for (let time = 0; time < TIMES; time += 1) fast.push(await quiet());
  reader.speed = SCREEN_BYTES_PER_SECOND;
  for (let time = 0; time < TIMES; time += 1) drawn.push(await quiet());
  await reader.leave();
  return [
    spreadRow(through, 'Ctrl-C in a flood, a fast reader', fast),
    spreadRow(through, 'Ctrl-C in a flood, a screen of 5 MB/s', drawn, { aim: 'p50 <= 50 ms, all <= 100 ms' }),
    single(through, 'the slowest of those', Math.max(...drawn), { unit: 'ms', aim: '<= 100' }),
  ];
};

export const stall: Measure = async ({ through, url, pid }) => {
  const reader = await Reader.atPrompt(url, 'stall');
  reader.type(`${FLOOD}\r`);
  await reader.until(() => reader.received > FLOODING_BYTES);
  reader.stall(true);
  const before = { rss: rssKb(pid), cpu: cpuSeconds(pid) };
  let most = before.rss;
  const until = performance.now() + STALL_MS;
  while (performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    most = Math.max(most, rssKb(pid));
  }
  const cpu = cpuSeconds(pid) - before.cpu;
  reader.stall(false);
  await reader.interrupt();
  await reader.leave();
  return [
    single(through, 'server memory, a reader stalls 5 s', (most - before.rss) / 1024, { unit: 'MiB more', aim: '< 1' }),
    single(through, 'server time meanwhile', cpu, { unit: 'CPU s', aim: '0' }),
  ];
};

export const attach: Measure = async ({ through, url }) => {
  const starts: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    const began = performance.now();
    const reader = await Reader.attach(url, `start-${time}`);
    await reader.until(() => reader.received > 0);
    starts.push(performance.now() - began);
    await reader.leave();
  }
  const back: number[] = [];
  const first = await Reader.atPrompt(url, 'reattach');
  await first.run(`head -c ${REATTACH_BYTES} ~/bench.log`);
  const whole = first.received;
  await first.leave();
  for (let time = 0; time < TIMES; time += 1) {
    const began = performance.now();
    const reader = await Reader.attach(url, 'reattach');
    await reader.until(() => reader.received >= whole);
    back.push(performance.now() - began);
    await reader.leave();
  }
  const most = through === 'docker' ? 60 : 20;
  return [
    spreadRow(through, 'a shell in a ready sandbox, to its first output', starts, { aim: `p50 < ${most} ms` }),
    spreadRow(through, 're-attach to the whole screen', back, { aim: 'p50 < 10 ms' }),
  ];
};

/** Last: what it opens stays until the sandbox ends. */
export const idle: Measure = async ({ through, url, pid, holdersNamed }) => {
  const before = pssKb(pid);
  const readers: Reader[] = [];
  for (let index = 0; index < IDLE_SHELLS; index += 1) {
    const reader = await Reader.attach(url, `idle-${index}`);
    await reader.until(() => reader.received > 0);
    readers.push(reader);
  }
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const cpuBefore = cpuSeconds(pid);
  const from = performance.now();
  await new Promise((resolve) => setTimeout(resolve, STALL_MS));
  const share = ((cpuSeconds(pid) - cpuBefore) / (performance.now() - from)) * 100_000;
  const server = (pssKb(pid) - before) / IDLE_SHELLS;
  const holder = holderKb(holdersNamed);
  for (const reader of readers) await reader.leave();
  return [
    single(through, `server memory, each of ${IDLE_SHELLS} idle terminals`, server, { unit: 'KB', aim: '< 40' }),
    single(through, `the holder of up to ${SHELLS_IN_ONE} terminals`, holder, { unit: 'KB', aim: '< 200' }),
    single(through, 'server time with all of them idle', share, { unit: '% of a core', aim: '0' }),
  ];
};

/** The log that most measurements print, in each sandbox whose students type. */
export async function makeLog({ url }: Stand): Promise<void> {
  for (let index = 0; index < BUSY_SANDBOXES; index += 1) {
    const reader = await Reader.atPrompt(url, `maker-${index}`);
    await reader.run(`${LOG.make} ${LOG.path('~')}`);
    await reader.leave();
  }
}
