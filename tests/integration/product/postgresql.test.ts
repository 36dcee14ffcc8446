import { expect, onTestFinished, test } from 'vitest';
import { startPostgres } from '../../support/postgres-server.ts';
import { ProductBrowser } from '../../support/product-browser.ts';
import { seedSchool } from '../../support/seed-school.ts';
import { newHome, type ServedProduct, serveProduct } from '../../support/served-product.ts';

/** A question of the first course, and its right answer. */
const QUESTION = { stepKey: 'docker/why-docker-is-root', answer: { kind: 'choices', ids: ['b'] } };

test('by one setting the whole product keeps everything in PostgreSQL, through kill -9 too', async () => {
  const postgres = await startPostgres();
  onTestFinished(() => postgres.stop());
  const url = postgres.create('product');
  const home = newHome();
  const school = await seedSchool(home, url);
  const serve = () => serveProduct({ home, env: { CHAPTERHOUSE_DRIVER: 'fake', DATABASE_URL: url } });
  let product: ServedProduct = await serve();
  onTestFinished(() => product.dispose());

  const browser = new ProductBrowser(product.url);
  const { enrollmentId, classroomId } = await browser.join(school.open.code, 'Zoé');
  const answered = await browser.act('answer', [enrollmentId, QUESTION]);
  expect(answered.value).toMatchObject({ ok: true });
  await product.stop('SIGKILL');

  product = await serve();
  const again = browser.at(product.url);
  expect((await again.openChapter(classroomId)).status).toBe(200);
  const live = again.live({ type: 'watch_enrollment', enrollmentId });
  const { step } = await live.told(({ type }) => type === 'step');
  expect(step).toEqual(Reflect.get(Object(answered.value), 'value').step);
  const health = await again.get('/api/health?ready=1');
  expect(health.json).toMatchObject({ status: 'ready' });
});
