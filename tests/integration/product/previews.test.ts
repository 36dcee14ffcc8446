import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Joined, ProductBrowser } from '../../support/product-browser.ts';
import { type School, seedSchool, TEACHERS } from '../../support/seed-school.ts';
import { newHome, type ServedProduct, serveProduct } from '../../support/served-product.ts';

/** Who may open a preview at a real server. Its pretend sandboxes echo bytes, which is no HTTP: 502 means reached. */
const REACHED = 502;

let product: ServedProduct;
let school: School;
let cleo: ProductBrowser;
let seat: Joined;

beforeAll(async () => {
  const home = newHome();
  school = await seedSchool(home);
  product = await serveProduct({ home, env: { CHAPTERHOUSE_DRIVER: 'fake' } });
  cleo = new ProductBrowser(product.url);
  seat = await cleo.join(school.open.code, 'Cleo');
  await cleo.openChapter(seat.classroomId);
  await cleo.terminal(seat.enrollmentId).attached();
});
afterAll(() => product.dispose());

const stranger = () => new ProductBrowser(product.url);
const signedIn = async (email: string) => {
  const browser = stranger();
  await browser.signIn(email);
  return browser;
};
const opening = (id: string, port: unknown = 8080) => `/api/preview?seat=${encodeURIComponent(id)}&port=${port}`;
const opens = (browser: ProductBrowser, id = seat.enrollmentId) => browser.get(opening(id));

type Seen = { status: number; cookie: string | undefined; text: string };

/** A browser resolves the name to this machine; here the request is led there by hand. */
function asked(url: URL, cookie = ''): Promise<Seen> {
  const { port, pathname, search, host } = url;
  return new Promise((resolve, reject) => {
    const asking = request(
      { port, path: pathname + search, headers: { host, cookie }, agent: false },
      async (answer) => {
        let text = '';
        for await (const chunk of answer.setEncoding('utf8')) text += chunk;
        const set = answer.headers['set-cookie']?.[0]?.split(';')[0];
        resolve({ status: answer.statusCode ?? 0, cookie: set, text });
      },
    );
    asking.once('error', reject);
    asking.end();
  });
}

test('a student’s own preview opens at a name of its own, and the way in works once', async () => {
  const { status, headers } = await opens(cleo);
  expect(status).toBe(303);
  const way = new URL(headers.location ?? '');
  expect(way.host).toMatch(/^p8080-[a-z2-7]{26}\.localhost:\d+$/);
  const entered = await asked(way);
  expect(entered).toMatchObject({ status: 303, cookie: expect.stringContaining('chapterhouse.preview=') });
  expect((await asked(way)).status).toBe(401);
  expect((await asked(new URL('/', way), entered.cookie)).status).toBe(REACHED);
  expect((await asked(new URL('/', way), cleo.headers().cookie)).status).toBe(401);
  // The platform's pages are not at that name, and the preview's cookie opens nothing at the platform.
  expect((await asked(new URL('/sign-in', way))).status).toBe(401);
  expect((await asked(new URL(opening(seat.enrollmentId), product.url), entered.cookie)).status).toBe(401);
});

test('another student, another teacher and nobody at all get none, and are told why', async () => {
  const eve = stranger();
  await eve.join(school.open.code, 'Eve');
  for (const browser of [eve, await signedIn(TEACHERS.ben)]) {
    const refused = await opens(browser);
    expect(refused.status).toBe(403);
    expect(refused.headers.location).toBeUndefined();
    expect(refused.text).toContain('This preview is not yours to open');
  }
  expect((await opens(stranger())).status).toBe(401);
  expect((await opens(cleo, 'nobody')).status).toBe(404);
  for (const port of [0, 65_536, -1, 'x', '80/..'])
    expect((await cleo.get(opening(seat.enrollmentId, port))).status).toBe(400);
});

test('the teacher of the class looks, until they sign out', async () => {
  const ada = await signedIn(TEACHERS.ada);
  const { headers } = await opens(ada);
  const way = new URL(headers.location ?? '');
  const { cookie } = await asked(way);
  const look = async () => (await asked(new URL('/', way), cookie)).status;
  expect(await look()).toBe(REACHED);
  await ada.post('/api/auth/sign-out', {});
  await expect.poll(look, { timeout: 30_000, interval: 500 }).toBe(401);
});

test('a page elsewhere opens none', async () => {
  for (const site of ['cross-site', 'same-site']) {
    const headers = { 'sec-fetch-site': site };
    const refused = await cleo.send({ method: 'GET', path: opening(seat.enrollmentId), headers });
    expect(refused.status).toBe(403);
  }
});

test('what is open in a sandbox is told to its page and to no other student', async () => {
  const { enrollmentId } = seat;
  const live = cleo.live({ type: 'watch_enrollment', enrollmentId });
  expect(await live.told(({ type }) => type === 'ports')).toEqual({ type: 'ports', ports: [] });
  await live.leave();
  const eve = stranger();
  await eve.join(school.open.code, 'Eva');
  const foreign = eve.live({ type: 'watch_enrollment', enrollmentId });
  expect(await foreign.told(({ type }) => type === 'error')).toMatchObject({ code: 'not_allowed' });
  expect(foreign.frames.some(({ type }) => type === 'ports')).toBe(false);
  await foreign.leave();
});
