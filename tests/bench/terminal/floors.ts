import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import * as pty from 'node-pty';
import { WebSocket } from 'ws';
import { KEYS, LOG, type Pause, pauseBetweenKeys } from './load.ts';
import { type Row, single, spreadRow } from './table.ts';

export type Floors = { rows: Row[]; echoMs: number; localMbPerSecond: number };

/** What this machine can do at most: a bare `ws` echo, and a read loop on a pty of our own. */
export async function measureFloors(): Promise<Floors> {
  const echo = await wsEcho();
  const local = await localLog();
  const rows = [
    spreadRow('ws-echo', 'a key through a bare ws', echo),
    single('local', `a log of ${LOG.megabytes} MB, read from a pty`, local, { unit: 'MB/s' }),
  ];
  return { rows, echoMs: rows[0]?.p50 ?? Number.NaN, localMbPerSecond: local };
}

async function wsEcho(): Promise<number[]> {
  const server = fork(path.join(import.meta.dirname, 'echo-process.ts'));
  const [url] = await once(server, 'message');
  const socket = new WebSocket(String(url), { perMessageDeflate: false });
  await once(socket, 'open');
  const samples: number[] = [];
  const pause: Pause = pauseBetweenKeys();
  for (let key = 0; key < KEYS; key += 1) {
    await pause();
    const sent = performance.now();
    socket.send(Buffer.from('x'), { binary: true });
    await once(socket, 'message');
    samples.push(performance.now() - sent);
  }
  socket.terminate();
  server.kill();
  return samples;
}

async function localLog(): Promise<number> {
  const shell = pty.spawn('sh', ['-c', `${LOG.make} ${LOG.path('/tmp')}; echo go; read go; cat ${LOG.path('/tmp')}`], {
    name: 'xterm-256color',
    cwd: '/tmp',
    cols: 100,
    rows: 30,
    encoding: null,
    env: { PATH: process.env.PATH ?? '' },
  });
  let received = 0;
  const made = new Promise<void>((resolve) => {
    const first = shell.onData(() => {
      first.dispose();
      resolve();
    });
  });
  await made;
  shell.onData((data) => {
    received += data.length;
  });
  const ended = new Promise<void>((resolve) => shell.onExit(() => resolve()));
  const began = performance.now();
  shell.write(Buffer.from('\r'));
  await ended;
  return received / 1e6 / ((performance.now() - began) / 1000);
}
