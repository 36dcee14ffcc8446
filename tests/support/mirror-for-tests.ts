import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { Readable } from 'node:stream';
import { createMirror, type Mirror, type MirrorSettings } from '#server/sandboxes/registry/mirror.ts';
import { savedEntries, tarOf, testImage } from './image-archives.ts';

export type TestMirror = {
  mirror: Mirror;
  home: string;
  port: number;
  url: string;
  /** As after a restart of the server, perhaps with other settings. */
  again(settings?: MirrorSettings): Mirror;
  close(): Promise<void>;
};

const NETWORK = { name: 'test', bridge: 'none', subnet: '127.0.0.0/8', gateway: '127.0.0.1' };

/** A mirror on loopback, in a home of its own; no engine is needed. */
export async function openMirror(settings: MirrorSettings = {}): Promise<TestMirror> {
  const home = mkdtempSync('/var/tmp/ch-mirror-');
  chmodSync(home, 0o755);
  const port = await freePort();
  const networks = { mirror: NETWORK, none: NETWORK, internet: NETWORK };
  const facts = { home, socket: path.join(home, 'no-engine.sock'), networks, registryPort: port };
  const opened: Mirror[] = [];
  const again = (told: MirrorSettings = settings) => {
    const mirror = createMirror(facts, told);
    opened.push(mirror);
    return mirror;
  };
  const mirror = again();
  return {
    mirror,
    home,
    port,
    url: `http://127.0.0.1:${port}`,
    again,
    async close() {
      for (const one of opened) await one.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** An archive with one small image; other text makes another image. */
export async function archiveOf(name: string, text: string): Promise<Readable> {
  return Readable.from([await tarOf(savedEntries(await testImage({ 'etc/text': text }), [name]))]);
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
