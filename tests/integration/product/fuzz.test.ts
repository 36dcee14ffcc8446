import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAX_FRAME_BYTES } from '#server/shared/protocol.ts';
import { Bystander } from '../../support/bystander.ts';
import { type Joined, ProductBrowser } from '../../support/product-browser.ts';
import { type School, seedSchool } from '../../support/seed-school.ts';
import { newHome, type ServedProduct, serveProduct } from '../../support/served-product.ts';

let product: ServedProduct;
let school: School;
let bystander: Bystander;
let mallory: ProductBrowser;
let seat: Joined;

beforeAll(async () => {
  const home = newHome();
  school = await seedSchool(home);
  product = await serveProduct({ home, env: { CHAPTERHOUSE_DRIVER: 'fake' } });
  bystander = await Bystander.sitDown(product.url, school.open.code);
  mallory = new ProductBrowser(product.url);
  seat = await mallory.join(school.open.code, 'Mallory');
  await mallory.openChapter(seat.classroomId);
});
afterAll(() => product.dispose());

/** Park and Miller's generator: a failure can be had again by its seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

const WORDS = ['attach', 'resize', 'ack', 'ping', 'watch_enrollment', 'at_step', '__proto__', 'constructor', ''];
const VALUES = [null, -1, 1e308, '', 'x'.repeat(5000), [], {}, [[[[]]]], true, '\u0000', '\ud800'];

function nastyFrame(below: (n: number) => number): string | Buffer {
  const pick = <T>(from: readonly T[]): T | undefined => from[below(from.length)];
  const value = () => pick(VALUES);
  const object = { type: pick(WORDS), shell: 'shell-1', since: value(), size: value(), offset: value(), at: value() };
  const frames: (string | Buffer)[] = [
    JSON.stringify(object),
    JSON.stringify({ ...object, enrollmentId: seat.enrollmentId, stepKey: value() }),
    JSON.stringify(object).slice(0, below(40)),
    '['.repeat(20_000),
    Buffer.from(Array.from({ length: below(300) }, () => below(256))),
    Buffer.alloc(MAX_FRAME_BYTES + below(2)),
    JSON.stringify({ type: 'attach', shell: 'shell-1', since: null, size: { cols: 80, rows: 24 } }),
  ];
  return pick(frames) ?? '';
}

test('two hundred connections of nonsense leave the server up and every other terminal alone', async () => {
  for (let seed = 1; seed <= 200; seed++) {
    const below = numbers(seed * 7919);
    const socket = seed % 2 ? mallory.terminal(seat.enrollmentId, { attach: false }) : mallory.live();
    expect(await socket.handshake, `seed ${seed}`).toBeNull();
    for (let n = 0; n <= below(6); n++) socket.socket.send(nastyFrame(below));
    if (below(2)) socket.socket.terminate();
    else socket.socket.close();
    const { code } = await socket.closed;
    expect([1005, 1006, 1009, 4400, 4403, 4413, 4429], `seed ${seed}`).toContain(code);
  }
  await bystander.provesServing();
  const terminal = mallory.terminal(seat.enrollmentId);
  await terminal.attached();
  await terminal.leave();
});

const MANY = 10_000;
/** The heap breathes. Twenty kilobytes kept of each connection would be more. */
const LEFT_MIB = 96;
/** At once: as many as a listening socket takes in one go. */
const ABREAST = 40;

/** What a class of hostile pages does at the doors: before the handshake, in it, and in the wrong order after it. */
async function nastyConnection(seed: number): Promise<void> {
  const below = numbers(seed * 104_729);
  if (below(4) > 0) return rawConnection(below);
  const socket = below(2) ? mallory.terminal(seat.enrollmentId, { attach: false }) : mallory.live();
  if ((await socket.handshake) !== null) return;
  for (let n = below(4); n >= 0; n--) socket.socket.send(nastyFrame(below));
  if (below(3)) socket.socket.terminate();
  else socket.socket.close();
  await socket.closed;
}

/** A handshake that may be right, then frames that no library would send. */
function rawConnection(below: (n: number) => number): Promise<void> {
  const { port, host, origin } = new URL(product.url);
  const pick = <T>(from: readonly [T, ...T[]]): T => from[below(from.length)] ?? from[0];
  const door = pick(['/ws/terminal?enrollment=x', '/ws/live', '/ws/nope', '/']);
  const from = pick([origin, 'http://evil.example', 'null', '']);
  const spoken = pick(['chapterhouse.terminal.1', 'chapterhouse.live.1', 'chapterhouse.terminal.99', '']);
  const key = Buffer.alloc(16, below(256)).toString('base64');
  const handshake = `GET ${door} HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${from}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: ${spoken}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`;
  const bytes = Buffer.concat([
    Buffer.from(handshake.slice(0, below(5) ? undefined : below(handshake.length))),
    Buffer.from(Array.from({ length: below(200) }, () => below(256))),
  ]);
  return new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      if (below(2)) socket.end(bytes);
      else socket.write(bytes, () => socket.resetAndDestroy());
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
    socket.resume();
  });
}

const memoryMiB = () =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${product.pid}/status`, 'utf8'))?.[1]) / 1024;

async function storm(from: number, count: number): Promise<void> {
  let next = from;
  const one = async () => {
    while (next < from + count) await nastyConnection(next++);
  };
  await Promise.all(Array.from({ length: ABREAST }, one));
}

test('ten thousand connections of every kind of nonsense leave the server up and its memory where it was', {
  timeout: 300_000,
}, async () => {
  // The heap finds its size in the first thousands, and stays there.
  await storm(1, MANY / 2);
  const before = memoryMiB();
  await storm(MANY / 2 + 1, MANY / 2);
  await bystander.provesServing();
  expect(memoryMiB() - before).toBeLessThan(LEFT_MIB);
});

test('bytes that are no WebSocket, and handshakes broken off, leave it up', async () => {
  const { port } = new URL(product.url);
  const beginnings = [
    'GET /ws/live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    `GET /ws/live HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: ${product.url}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: chapterhouse.live.1\r\nSec-WebSocket-Version: 99\r\nSec-WebSocket-Key: short\r\n\r\n`,
    'GET //evil?%%% HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    'POST /api/auth/join HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000',
    'GET / HTTP/1.1\r\nHost: a b c\r\nConnection: close\r\n\r\n',
  ];
  for (const bytes of beginnings) {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.end(bytes));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
      socket.resume();
    });
    await bystander.provesServing();
  }
});

test.each([
  '/join/%',
  '/join/%00',
  '/join/%E0%A4%A',
  '/learn/%2e%2e/x',
  '/learn/virtualization/nope',
  '/teach/%00',
  '/setup/%',
])('%s is a page or a refusal, never a fault', async (where) => {
  const { status } = await mallory.get(where);
  expect(status, where).toBeLessThan(500);
  await bystander.provesServing();
});
