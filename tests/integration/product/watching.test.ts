import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { listAudit } from '#server/audit/list-audit.ts';
import { closeDatabase, openDatabase } from '#server/db.ts';
import { company } from '#server/shared/company.ts';
import { FIRST_LAYOUT } from '#server/shared/terminal-layout.ts';
import { WATCH_LINGERS_MS } from '#server/terminals/watching/watch-ledger.ts';
import { type Joined, ProductBrowser } from '../../support/product-browser.ts';
import type { Frame, ProductSocket } from '../../support/product-socket.ts';
import { ADMIN, type School, seedSchool, TEACHERS } from '../../support/seed-school.ts';
import { databaseOf, newHome, type ServedProduct, serveProduct } from '../../support/served-product.ts';

/** A teacher at a student's terminal, at a real server and by hostile hands. */
let product: ServedProduct;
let school: School;
let home: string;
let eve: ProductBrowser;
let mallory: ProductBrowser;
let malloryId: string;
let seat: Joined;
let ada: ProductBrowser;

const served = () => serveProduct({ home, env: { CHAPTERHOUSE_DRIVER: 'fake' } });
const signedIn = async (email: string) => {
  const browser = new ProductBrowser(product.url);
  await browser.signIn(email);
  return browser;
};
const watched = async (browser: ProductBrowser) => {
  const socket = browser.terminal(seat.enrollmentId, { watch: true });
  await socket.attached();
  return socket;
};
const turnOf = ({ type, ...rest }: Frame) => (type === 'company' ? company.parse(rest).turn : null);
const inPhase = async (socket: ProductSocket, phase: 'asked' | 'writing', but = '') => {
  const frame = await socket.told((told) => turnOf(told)?.phase === phase && turnOf(told)?.turnId !== but);
  return turnOf(frame)?.turnId ?? '';
};
const over = (why: string) => (frame: Frame) => frame.type === 'turn_over' && frame.why === why;
const settled = async (socket: ProductSocket, at: number) => {
  socket.sendWhenOpen({ type: 'ping', at });
  await socket.told((frame) => frame.type === 'pong' && frame.at === at);
};
/** Of this student's terminal, oldest first. */
const audited = async () => {
  const rows = (await listAudit({ limit: 1000 })).filter(({ target }) => target === `enrollment ${seat.enrollmentId}`);
  return rows.filter(({ action }) => action.startsWith('terminal.')).reverse();
};

beforeAll(async () => {
  home = newHome();
  school = await seedSchool(home);
  await openDatabase({ url: databaseOf(home) });
  product = await served();
  eve = new ProductBrowser(product.url);
  seat = await eve.join(school.open.code, 'Eve');
  await eve.openChapter(seat.classroomId);
  mallory = new ProductBrowser(product.url, '127.0.0.2');
  const joined = await mallory.join(school.open.code, 'Mallory');
  malloryId = joined.enrollmentId;
  await mallory.openChapter(joined.classroomId);
  ada = await signedIn(TEACHERS.ada);
});
afterAll(async () => {
  await closeDatabase();
  await product.dispose();
});

test('who may not watch gets no byte: students, the student themselves, another teacher, the admin, nobody', async () => {
  const own = eve.terminal(seat.enrollmentId);
  await own.attached();
  const ben = await signedIn(TEACHERS.ben);
  const grace = await signedIn(ADMIN);
  for (const browser of [eve, mallory, ben, grace]) {
    const socket = browser.terminal(seat.enrollmentId, { watch: true });
    expect(await socket.closed).toEqual({ code: 4403, reason: 'not_allowed' });
    expect(socket.output).toBe('');
  }
  const stranger = new ProductBrowser(product.url).terminal(seat.enrollmentId, { watch: true });
  expect((await stranger.closed).code).toBe(4401);
  expect((await ada.terminal(seat.enrollmentId).closed).code).toBe(4403);
  const page = `/teach/${seat.classroomId}/watch/${seat.enrollmentId}`;
  for (const browser of [ben, grace]) expect((await browser.get(page)).text).not.toContain('Eve');
  expect((await ada.get(page)).text).toContain('Eve’s terminal');
  expect(await audited()).toEqual([]);
  await own.leave();
});

test('a terminal that its student has not opened is not begun by a watcher', async () => {
  const socket = ada.terminal(seat.enrollmentId, { watch: true, shell: 'shell-2' });
  expect((await socket.closed).code).toBe(4404);
});

test('the class’s teacher watches, asks, is allowed and is stopped; each of it is in the audit log, no key is', async () => {
  const own = eve.terminal(seat.enrollmentId);
  await own.attached();
  const watch = await watched(ada);
  await own.told(({ type, watchers }) => type === 'company' && JSON.stringify(watchers) === '["Ada"]');
  watch.type('dropped-words\r');
  await settled(watch, 1);
  watch.sendWhenOpen({ type: 'ask_turn' });
  const turnId = await inPhase(own, 'asked');
  const forged = mallory.terminal(malloryId);
  await forged.attached();
  forged.sendWhenOpen({ type: 'answer_turn', turnId, allow: true });
  await settled(forged, 1);
  await forged.leave();
  watch.type('dropped-again\r');
  await settled(watch, 2);
  own.sendWhenOpen({ type: 'answer_turn', turnId, allow: true });
  await inPhase(watch, 'writing');
  watch.type('teachers-words\r');
  await own.printed('teachers-words');
  own.type('students-words\r');
  await settled(own, 3);
  own.sendWhenOpen({ type: 'end_turn' });
  await watch.told(over('taken_back'));
  own.type('mine-again\r');
  await own.printed('mine-again');
  expect(own.output).not.toMatch(/dropped|students-words/);
  await watch.leave();
  await vi.waitFor(async () =>
    expect((await audited()).map(({ actorName, action, detail }) => [actorName, action, detail])).toEqual([
      ['Ada', 'terminal.watch', 'shell-1'],
      ['Ada', 'terminal.turn_asked', 'shell-1, Ada'],
      ['Eve', 'terminal.turn_granted', 'shell-1, Ada'],
      ['Eve', 'terminal.turn_ended', 'shell-1, Ada, taken_back'],
    ]),
  );
  expect(JSON.stringify(await audited())).not.toContain('words');
  const isClosed = async () => (await audited()).at(-1)?.action === 'terminal.watch_closed';
  await vi.waitFor(async () => expect(await isClosed()).toBe(true), { timeout: WATCH_LINGERS_MS + 10_000 });
  await own.leave();
});

test('a teacher who goes on asking is not put through', async () => {
  const own = eve.terminal(seat.enrollmentId);
  await own.attached();
  const watch = await watched(ada);
  let last = '';
  // One of the three of these minutes was asked in the test before.
  for (let times = 0; times < 2; times++) {
    watch.sendWhenOpen({ type: 'ask_turn' });
    last = await inPhase(own, 'asked', last);
    own.sendWhenOpen({ type: 'answer_turn', turnId: last, allow: false });
    await watch.told(over('refused'));
    await settled(own, times);
  }
  const second = await watched(ada);
  second.sendWhenOpen({ type: 'ask_turn' });
  await second.told(over('too_many'));
  expect((await audited()).filter(({ action }) => action === 'terminal.turn_refused')).toHaveLength(2);
  await Promise.all([own.leave(), watch.leave(), second.leave()]);
});

test('a watcher follows which shells the student has', async () => {
  const live = ada.live({ type: 'watch_enrollment', enrollmentId: seat.enrollmentId });
  await live.told(({ type }) => type === 'sandbox');
  const layout = { ...FIRST_LAYOUT, shells: [{ shell: 'shell-1', name: 'tests' }] };
  expect((await eve.act('keepLayout', [seat.enrollmentId, layout])).value).toMatchObject({ ok: true });
  expect(await live.told(({ type }) => type === 'shells')).toMatchObject({ shells: layout.shells });
  await live.leave();
});

test('a stopped server writes down that the watch ended, and the next one knows of no turn', async () => {
  const own = eve.terminal(seat.enrollmentId);
  await own.attached();
  const watch = await watched(ada);
  const before = (await audited()).filter(({ action }) => action === 'terminal.watch_closed').length;
  await product.stop();
  await Promise.all([own.closed, watch.closed]);
  expect((await audited()).filter(({ action }) => action === 'terminal.watch_closed')).toHaveLength(before + 1);
  product = await served();
  eve = eve.at(product.url);
  ada = ada.at(product.url);
  expect((await eve.act('startSandbox', [seat.enrollmentId])).value).toMatchObject({ ok: true });
  const back = eve.terminal(seat.enrollmentId);
  await back.attached();
  const again = await watched(ada);
  const attached = await again.told(({ type }) => type === 'attached');
  expect(attached).toMatchObject({ writable: false, company: { watchers: ['Ada'], turn: null } });
  await Promise.all([back.leave(), again.leave()]);
});

test('closing the class ends the watch', async () => {
  const own = eve.terminal(seat.enrollmentId);
  await own.attached();
  const watch = await watched(ada);
  const closing = ada.act('closeClass', [seat.classroomId], { area: 'teach', page: `/teach/${seat.classroomId}` });
  expect((await closing).value).toMatchObject({ ok: true });
  expect((await watch.closed).code).toBe(4410);
  expect((await ada.terminal(seat.enrollmentId, { watch: true }).closed).code).toBe(4410);
});
