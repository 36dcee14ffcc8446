import { createHash } from 'node:crypto';
import { connect, createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from './errors.ts';

/** A predecessor that was told to end is given so long. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 100;

export type Sole = { home: string; role: 'web' | 'keeper' | 'prover'; patienceMs?: number };

/**
 * Makes this the one process of its role on a home, or refuses with the number of the one that is. A name that the
 * kernel holds for as long as we live: a kill -9 frees it, and no stale file is ever in the way.
 */
export async function becomeSole({ home, role, patienceMs = PATIENCE_MS }: Sole): Promise<Disposable> {
  const name = `\0chapterhouse-${role}-${createHash('sha256').update(home).digest('hex').slice(0, 32)}`;
  for (const end = Date.now() + patienceMs; ; await delay(LOOK_MS)) {
    const server = await take(name);
    if (server !== null) return { [Symbol.dispose]: () => void server.close() };
    if (Date.now() < end) continue;
    const owner = (await ownerOf(name)) || 'unknown';
    throw new AppError('host_incapable', `another ${role} process, number ${owner}, serves ${home} already`);
  }
}

/** Null while somebody else has it. Tells whoever connects who we are. */
function take(name: string): Promise<Server | null> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(`${process.pid}`);
  });
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(name, () => {
      server.unref();
      resolve(server);
    });
  });
}

function ownerOf(name: string): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connect(name);
    socket.setTimeout(LOOK_MS * 10, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      said += data.toString();
    });
    socket.on('close', () => resolve(said));
  });
}
