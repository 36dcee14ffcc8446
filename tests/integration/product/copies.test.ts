import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { listAudit } from '#server/audit/list-audit.ts';
import { closeDatabase, openDatabase } from '#server/db.ts';
import { copySeatId } from '#server/shared/copy-seat.ts';
import { type Joined, ProductBrowser } from '../../support/product-browser.ts';
import { ADMIN, type School, seedSchool, TEACHERS } from '../../support/seed-school.ts';
import { databaseOf, newHome, type ServedProduct, serveProduct } from '../../support/served-product.ts';

/** A teacher's copy of a student's sandbox, at a real server and by hostile hands. */
let product: ServedProduct;
let school: School;
let eve: ProductBrowser;
let seat: Joined;
let ada: ProductBrowser;

const signedIn = async (email: string) => {
  const browser = new ProductBrowser(product.url);
  await browser.signIn(email);
  return browser;
};
const act = async (browser: ProductBrowser, action: string, ...args: unknown[]) => {
  const grid = `/teach/${seat.classroomId}`;
  const page = action === 'closeClass' ? grid : `${grid}/copy/${seat.enrollmentId}`;
  return (await browser.act(action, args, { area: 'teach', page })).value;
};
/** The signed-in teacher's own id, as their page has it. */
const copyIdOn = async (browser: ProductBrowser) => {
  const { text } = await browser.get(`/teach/${seat.classroomId}/copy/${seat.enrollmentId}`);
  const ownerId = /copy:([^:"\\]+):/.exec(text)?.[1] ?? '';
  return copySeatId({ ownerId, enrollmentId: seat.enrollmentId });
};

beforeAll(async () => {
  const home = newHome();
  school = await seedSchool(home);
  await openDatabase({ url: databaseOf(home) });
  product = await serveProduct({ home, env: { CHAPTERHOUSE_DRIVER: 'fake' } });
  eve = new ProductBrowser(product.url);
  seat = await eve.join(school.open.code, 'Eve');
  await eve.openChapter(seat.classroomId);
  await eve.terminal(seat.enrollmentId).attached();
  ada = await signedIn(TEACHERS.ada);
});
afterAll(async () => {
  await closeDatabase();
  await product.dispose();
});

test('the class’s teacher opens one and has a terminal in it', async () => {
  expect(await act(ada, 'openCopy', seat.enrollmentId)).toMatchObject({ ok: true });
  const terminal = ada.terminal(await copyIdOn(ada));
  await terminal.attached();
  await terminal.leave();
});

test('neither the student, nor another teacher, nor the admin gets into the teacher’s copy', async () => {
  const copyId = await copyIdOn(ada);
  const ben = await signedIn(TEACHERS.ben);
  const grace = await signedIn(ADMIN);
  for (const browser of [eve, ben, grace]) {
    expect(await browser.terminal(copyId).closed).toEqual({ code: 4403, reason: 'not_allowed' });
    const live = browser.live({ type: 'watch_enrollment', enrollmentId: copyId });
    expect(await live.told(({ type }) => type === 'error')).toMatchObject({ code: 'not_allowed' });
    await live.leave();
  }
});

test('who does not teach the class can open none, nor close or keep the teacher’s', async () => {
  const ben = await signedIn(TEACHERS.ben);
  for (const browser of [eve, ben]) {
    for (const action of ['openCopy', 'closeCopy', 'extendCopy', 'stayInCopy'])
      expect(await act(browser, action, seat.enrollmentId), action).toEqual({ ok: false, code: 'not_allowed' });
  }
  const { text } = await ben.get(`/teach/${seat.classroomId}/copy/${seat.enrollmentId}`);
  expect(text).toContain('There is no such class');
  expect(text).not.toContain('Eve');
  expect(await act(ada, 'openCopy', { enrollmentId: 'x' })).toEqual({ ok: false, code: 'bad_request' });
  expect(await act(ada, 'openCopy', await copyIdOn(ada))).toEqual({ ok: false, code: 'bad_request' });
});

test('an opening and a closing are in the audit log, a closing of nothing is not', async () => {
  for (let times = 0; times < 2; times++)
    expect(await act(ada, 'closeCopy', seat.enrollmentId)).toMatchObject({ ok: true, value: { phase: 'gone' } });
  const audited = async () => {
    const entries = await listAudit({ limit: 100 });
    return ['sandbox.copy', 'sandbox.copy_closed'].map(
      (name) => entries.filter(({ action }) => action === name).length,
    );
  };
  expect(await audited()).toEqual([1, 1]);
  expect(await act(ada, 'openCopy', seat.enrollmentId)).toMatchObject({ ok: true });
  expect(await audited()).toEqual([2, 1]);
});

test('closing the class ends it, and none can be opened any more', async () => {
  const terminal = ada.terminal(await copyIdOn(ada));
  await terminal.attached();
  expect(await act(ada, 'closeClass', seat.classroomId)).toMatchObject({ ok: true });
  await vi.waitFor(async () => expect((await terminal.closed).code).toBe(4410));
  expect(await act(ada, 'openCopy', seat.enrollmentId)).toEqual({ ok: false, code: 'class_closed' });
});
