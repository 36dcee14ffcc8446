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
