import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type TornWire = {
  port: number;
  /** Where new connections lead; null: they break. */
  leadTo(port: number | null): void;
  /** Breaks every connection in the middle of what it carries. */
  cut(): void;
  /** Carries nothing more towards the page until it is told to go on. */
  stall(stalled: boolean): void;
  close(): void;
};

/** A network between a page and its server that can be cut and stalled. */
export async function startTornWire(): Promise<TornWire> {
  let target: number | null = null;
  let stalled = false;
  const pairs = new Set<{ near: Socket; far: Socket }>();
  const server = createServer((near) => {
    near.on('error', () => undefined);
    if (target === null) {
      near.destroy();
      return;
    }
    const far = connect(target, '127.0.0.1');
    const pair = { near, far };
    pairs.add(pair);
    far.on('error', () => undefined);
    far.on('data', (data: Buffer) => near.write(data));
    near.on('data', (data: Buffer) => far.write(data));
    if (stalled) far.pause();
    for (const end of [near, far])
      end.once('close', () => {
        pairs.delete(pair);
        near.destroy();
        far.destroy();
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const { near, far } of [...pairs]) {
      near.resetAndDestroy();
      far.destroy();
    }
  };
  return {
    port: (server.address() as AddressInfo).port,
    leadTo(port) {
      target = port;
    },
    cut,
    stall(now) {
      stalled = now;
      for (const { far } of pairs) {
        if (now) far.pause();
        else far.resume();
      }
    },
    close() {
      cut();
      server.close();
    },
  };
}
