import { afterAll, beforeAll, expect, test } from 'vitest';
import { Bystander } from '../../support/bystander.ts';
import { holdSqlite } from '../../support/hold-sqlite.ts';
import { ProductBrowser } from '../../support/product-browser.ts';
import { type School, seedSchool } from '../../support/seed-school.ts';
import { databaseOf, newHome, type ServedProduct, serveProduct } from '../../support/served-product.ts';

let product: ServedProduct;
let school: School;
let bystander: Bystander;

beforeAll(async () => {
  const home = newHome();
  school = await seedSchool(home);
  product = await serveProduct({ home, env: { CHAPTERHOUSE_DRIVER: 'fake' } });
  bystander = await Bystander.sitDown(product.url, school.open.code);
});
afterAll(() => product.dispose());

const answer = (stepKey: string, ...ids: string[]) => ({ stepKey, answer: { kind: 'choices', ids } });
/** How long a write waits for the lock before it is refused. */
const BUSY_LIMIT_MS = 5000;
const BUSY = { ok: false, code: 'database_busy' };

test('while the database is locked, what writes is refused as database_busy and nothing acknowledged is lost', async () => {
  const browser = new ProductBrowser(product.url);
  const { enrollmentId, classroomId } = await browser.join(school.open.code, 'Cleo');
  await browser.openChapter(classroomId);
  const kept = await browser.act('answer', [enrollmentId, answer('docker/why-docker-is-root', 'b')]);
  expect(kept.value).toMatchObject({ ok: true });
  const live = browser.live({ type: 'watch_enrollment', enrollmentId });
  await live.told(({ type }) => type === 'step');
  const newcomer = new ProductBrowser(product.url);

  const lock = await holdSqlite(databaseOf(product.home));
  try {
    const refused = Promise.all([
      browser.act('answer', [enrollmentId, answer('docker/who-are-you', 'a', 'b', 'c')]),
      newcomer.post('/api/auth/join', { code: school.open.code, name: 'Newcomer' }),
    ]);
    live.sendWhenOpen({ type: 'at_step', enrollmentId, stepKey: 'docker/who-are-you' });
    // Neither terminals nor reading wait for it.
    const asked = performance.now();
    await bystander.provesServing();
    expect((await browser.openChapter(classroomId)).status).toBe(200);
    expect(performance.now() - asked).toBeLessThan(BUSY_LIMIT_MS);
    const [answered, joined] = await refused;
    // Those in line are told together, not one limit after the other.
    expect(performance.now() - asked).toBeLessThan(2 * BUSY_LIMIT_MS);
    expect(answered.value).toEqual(BUSY);
    expect(joined).toMatchObject({ status: 503, json: { code: 'database_busy' } });
    expect(await live.told(({ type }) => type === 'error')).toMatchObject({ code: 'database_busy' });
  } finally {
    await lock.release();
  }

  await bystander.provesServing();
  expect((await newcomer.join(school.open.code, 'Newcomer')).classroomId).toBe(classroomId);
  const again = await browser.act('answer', [enrollmentId, answer('docker/who-are-you', 'a', 'b', 'c')]);
  expect(again.value).toMatchObject({ ok: true });
  const later = browser.live({ type: 'watch_enrollment', enrollmentId });
  await later.told(({ step }) => Reflect.get(Object(step), 'stepKey') === 'docker/who-are-you');
  await later.told(({ step }) => Reflect.get(Object(step), 'stepKey') === 'docker/why-docker-is-root');
});
