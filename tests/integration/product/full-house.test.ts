import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Joined, ProductBrowser } from '../../support/product-browser.ts';
import type { Frame, ProductSocket } from '../../support/product-socket.ts';
import { ADMIN, type School, seedSchool } from '../../support/seed-school.ts';
import { newHome, type ServedProduct, serveProduct } from '../../support/served-product.ts';

let product: ServedProduct;
let school: School;

beforeAll(async () => {
  const home = newHome();
  school = await seedSchool(home);
  product = await serveProduct({ home, env: { CHAPTERHOUSE_DRIVER: 'fake', CHAPTERHOUSE_MAX_SANDBOXES: '1' } });
});
afterAll(() => product.dispose());

type Student = { browser: ProductBrowser; seat: Joined; live: ProductSocket };

async function comes(name: string): Promise<Student> {
  const browser = new ProductBrowser(product.url);
  const seat = await browser.join(school.open.code, name);
  const page = await browser.openChapter(seat.classroomId);
  expect(page.status).toBe(200);
  const live = browser.live({ type: 'watch_enrollment', enrollmentId: seat.enrollmentId });
  return { browser, seat, live };
}

const sandboxIs =
  (wanted: object) =>
  ({ type, sandbox }: Frame) =>
    type === 'sandbox' && Object.entries(wanted).every(([key, value]) => Reflect.get(Object(sandbox), key) === value);

async function endSandboxOf({ live }: Student): Promise<void> {
  const told = await live.told(sandboxIs({ phase: 'ready' }));
  const admin = new ProductBrowser(product.url);
  await admin.signIn(ADMIN);
  const { value } = await admin.act('endSandbox', [Reflect.get(Object(told.sandbox), 'sandboxId')], { area: 'admin' });
  expect(value).toMatchObject({ ok: true });
}

test('who finds the house full is told so everywhere, and gets the seat of the one who ends, unless they left', async () => {
  const first = await comes('First');
  await first.live.told(sandboxIs({ phase: 'ready' }));

  const left = await comes('Left');
  await left.live.told(sandboxIs({ phase: 'gone', error: 'sandbox_capacity' }));
  await left.live.leave();

  const second = await comes('Second');
  const told = await second.live.told(sandboxIs({ phase: 'gone', error: 'sandbox_capacity' }));
  // The one who left keeps a place and holds nobody up; a seat is known to be free at the end of a lifetime.
  const queue = Reflect.get(Object(told.sandbox), 'queue');
  expect(queue).toEqual({ position: 1, estimateSeconds: expect.any(Number) });
  const { enrollmentId } = second.seat;
  expect(await second.browser.terminal(enrollmentId).closed).toEqual({ code: 4503, reason: 'sandbox_capacity' });
  const again = await second.browser.act('startSandbox', [enrollmentId]);
  expect(again.value).toEqual({ ok: false, code: 'sandbox_capacity' });
  const working = first.browser.terminal(first.seat.enrollmentId);
  await working.attached();

  await endSandboxOf(first);
  await first.live.told(sandboxIs({ phase: 'gone', ending: 'ended_by_admin' }));
  expect(await working.closed).toEqual({ code: 4410, reason: 'sandbox_gone' });
  await second.live.told(sandboxIs({ phase: 'ready', error: null }));
  const terminal = second.browser.terminal(enrollmentId);
  await terminal.attached();
  terminal.type('echo seated\r');
  await terminal.printed('\nseated');

  // Back again, the one who had left waits with the others.
  const back = left.browser.live({ type: 'watch_enrollment', enrollmentId: left.seat.enrollmentId });
  await back.told(sandboxIs({ phase: 'gone', error: 'sandbox_capacity' }));
  await endSandboxOf(second);
  await back.told(sandboxIs({ phase: 'ready' }));
});
