import { afterAll, beforeAll, expect, test } from 'vitest';
import { copySeatId } from '#server/shared/copy-seat.ts';
import { type Joined, ProductBrowser } from '../../support/product-browser.ts';
import { ADMIN, type School, seedSchool, TEACHERS } from '../../support/seed-school.ts';
import { newHome, type ServedProduct, serveProduct } from '../../support/served-product.ts';

/** The files of a sandbox, asked of a real server by their owner and by others. */
const HOME = '/home/student';
let product: ServedProduct;
let school: School;
let eve: ProductBrowser;
let seat: Joined;

const signedIn = async (email: string) => {
  const browser = new ProductBrowser(product.url);
  await browser.signIn(email);
  return browser;
};
const place = (seatId: string) => `/api/files/${encodeURIComponent(seatId)}`;
const ask = async (browser: ProductBrowser, seatId: string, body: unknown, headers = {}) =>
  (await browser.post(place(seatId), body, headers)).json;
const put = async (browser: ProductBrowser, where: Record<string, string>, content: string, headers = {}) => {
  const path = `${place(seat.enrollmentId)}/content?${new URLSearchParams(where)}`;
  return (await browser.send({ method: 'PUT', path, headers }, content)).json;
};
const fetched = (browser: ProductBrowser, path: string, seatId = seat.enrollmentId) =>
  browser.get(`${place(seatId)}/content?${new URLSearchParams({ path })}`);
const list = { op: 'list', directory: null };

beforeAll(async () => {
  const home = newHome();
  school = await seedSchool(home);
  product = await serveProduct({ home, env: { CHAPTERHOUSE_DRIVER: 'bubblewrap', CHAPTERHOUSE_UPLOAD_MIB: '1' } });
  eve = new ProductBrowser(product.url);
  seat = await eve.join(school.open.code, 'Eve');
  await eve.openChapter(seat.classroomId);
  const terminal = eve.terminal(seat.enrollmentId);
  await terminal.attached();
  await terminal.leave();
});
afterAll(() => product.dispose());

test('their owner sends one, finds it listed, and gets it back to keep and never as a page', async () => {
  const name = `p"age\n<b>'é.html`;
  const sent = await put(eve, { clash: 'refuse', directory: HOME, name }, '<script>alert(1)</script>');
  expect(sent).toMatchObject({ ok: true, value: { path: `${HOME}/${name}` } });
  expect(await ask(eve, seat.enrollmentId, list)).toMatchObject({ ok: true, value: { entries: [{ name }] } });
  const { status, text, headers } = await fetched(eve, `${HOME}/${name}`);
  expect({ status, text }).toEqual({ status: 200, text: '<script>alert(1)</script>' });
  expect(headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
  expect(headers['content-security-policy']).toMatch(/^sandbox;/);
  expect(headers['content-disposition']).toBe(
    `attachment; filename="p_age__b___.html"; filename*=UTF-8''p%22age%0A%3Cb%3E%27%C3%A9.html`,
  );
});

test('nobody else lists, reads or writes them: no stranger, student, teacher or admin', async () => {
  const mallory = new ProductBrowser(product.url);
  await mallory.join(school.open.code, 'Mallory');
  const others = [mallory, await signedIn(TEACHERS.ada), await signedIn(TEACHERS.ben), await signedIn(ADMIN)];
  const refused = { ok: false, code: 'not_allowed' };
  for (const browser of others) {
    expect(await ask(browser, seat.enrollmentId, list)).toEqual(refused);
    expect(await put(browser, { clash: 'refuse', directory: HOME, name: 'x' }, 'x')).toEqual(refused);
    expect(await fetched(browser, '/etc/passwd')).toMatchObject({ status: 403, json: refused });
  }
  const stranger = new ProductBrowser(product.url);
  expect(await ask(stranger, seat.enrollmentId, list)).toEqual({ ok: false, code: 'not_signed_in' });
  expect((await fetched(stranger, '/etc/passwd')).status).toBe(401);
  const forged = copySeatId({ ownerId: 'anybody', enrollmentId: seat.enrollmentId });
  for (const seatId of [forged, 'nobody', 'x'.repeat(500)])
    expect(await ask(eve, seatId, list), seatId).toMatchObject({ ok: false });
});

test('a page elsewhere changes nothing', async () => {
  const foreign = { origin: 'https://evil.test' };
  const refused = { ok: false, code: 'foreign_origin' };
  expect(await ask(eve, seat.enrollmentId, list, foreign)).toEqual(refused);
  expect(await put(eve, { clash: 'refuse', directory: HOME, name: 'x' }, 'x', foreign)).toEqual(refused);
});

test.each([
  ['a path that climbs', { op: 'read', path: '/home/../etc/passwd' }],
  ['a relative path', { op: 'read', path: 'notes' }],
  ['a path with NUL', { op: 'read', path: '/a\0b' }],
  ['another operation', { op: 'chmod', path: '/a' }],
  ['other fields', { ...list, user: 'root' }],
  ['a name with a slash', { op: 'makeFolder', directory: HOME, name: 'a/b' }],
  [
    'too many names',
    { op: 'place', target: { shell: 'shell-1' }, names: Array.from({ length: 51 }, (_, n) => `${n}`) },
  ],
  ['no object', []],
])('%s is a bad request', async (_, body) => {
  expect(await ask(eve, seat.enrollmentId, body)).toEqual({ ok: false, code: 'bad_request' });
});

test('a file is sent to no place that is none, and none above the limit is taken', async () => {
  const bad = { ok: false, code: 'bad_request' };
  expect(await put(eve, { clash: 'refuse', directory: HOME, name: '../x' }, 'x')).toEqual(bad);
  expect(await put(eve, { clash: 'save', directory: HOME, name: 'x' }, 'x')).toEqual(bad);
  expect(await put(eve, { clash: 'save', directory: HOME, name: 'x', version: '1-zz' }, 'x')).toEqual(bad);
  const where = { clash: 'refuse', directory: HOME, name: 'large' };
  expect(await put(eve, where, 'x'.repeat(1024 * 1024 + 1))).toEqual({ ok: false, code: 'file_too_large' });
  expect(await put(eve, where, 'x'.repeat(1024 * 1024))).toMatchObject({ ok: true });
});

test('with the class they are closed', async () => {
  const ada = await signedIn(TEACHERS.ada);
  const closing = await ada.act('closeClass', [seat.classroomId], {
    area: 'teach',
    page: `/teach/${seat.classroomId}`,
  });
  expect(closing.value).toMatchObject({ ok: true });
  expect(await ask(eve, seat.enrollmentId, list)).toEqual({ ok: false, code: 'class_closed' });
});
