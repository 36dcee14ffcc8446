import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { newestAuditEntries } from '#server/audit/audit-store.ts';
import { closeDatabase, openDatabase } from '#server/db.ts';
import { parseCast } from '#server/shared/asciicast.ts';
import { type Joined, ProductBrowser } from '../../support/product-browser.ts';
import type { Frame, ProductSocket } from '../../support/product-socket.ts';
import { ADMIN, type School, seedSchool, TEACHERS } from '../../support/seed-school.ts';
import { databaseOf, newHome, type ServedProduct, serveProduct } from '../../support/served-product.ts';

/** Recording at a real server with real shells, and by hands that should not reach it. */
let product: ServedProduct;
let school: School;
let eve: ProductBrowser;
let ada: ProductBrowser;
let seat: Joined;
let live: ProductSocket;
let terminal: ProductSocket;

const STEP = 'docker/why-docker-is-root';
const serve = (home: string) => serveProduct({ home, env: { CHAPTERHOUSE_DRIVER: 'bubblewrap' } });
const signedIn = async (email: string) => {
  const browser = new ProductBrowser(product.url);
  await browser.signIn(email);
  return browser;
};
const folder = () => path.join(product.home, 'web/recordings');
const files = () => {
  try {
    return readdirSync(folder());
  } catch {
    return [];
  }
};
const idOf = (file: string) => file.replace('.cast', '');
const onDisk = () =>
  files()
    .map((file) => readFileSync(path.join(folder(), file), 'utf8'))
    .join('');
const told = (recording: unknown) => (event: Frame) =>
  event.type === 'recording' && JSON.stringify(event.recording) === JSON.stringify(recording);
const turn = async (browser: ProductBrowser, days: unknown, classroomId = seat.classroomId) => {
  const calling = { area: 'teach', page: `/teach/${classroomId}` } as const;
  return (await browser.act('saveClassRecording', [classroomId, { days }], calling)).value;
};
const remove = async (browser: ProductBrowser, recordingId: string) => {
  const calling = { area: 'teach', page: `/recordings/${seat.enrollmentId}` } as const;
  return (await browser.act('removeRecording', [recordingId], calling)).value;
};
const say = async (text: string) => {
  terminal.type(`echo ${text}-$((40 + 2))\r`);
  await terminal.printed(`${text}-42`);
};
const auditOf = async (action: string) => {
  await openDatabase({ url: databaseOf(product.home) });
  try {
    return (await newestAuditEntries(100)).filter((entry) => entry.action === action);
  } finally {
    await closeDatabase();
  }
};
const come = async () => {
  await eve.openChapter(seat.classroomId);
  live = eve.live({ type: 'watch_enrollment', enrollmentId: seat.enrollmentId });
  terminal = eve.terminal(seat.enrollmentId);
  await terminal.attached();
};

beforeAll(async () => {
  const home = newHome();
  school = await seedSchool(home);
  product = await serve(home);
  eve = new ProductBrowser(product.url);
  seat = await eve.join(school.open.code, 'Eve');
  await come();
  ada = await signedIn(TEACHERS.ada);
});
afterAll(() => product.dispose());

test('a class is not recorded until its teacher says so', async () => {
  await live.told(told(null));
  await say('at-first');
  expect(files()).toEqual([]);
});

test('only the class’s teacher turns it on, within bounds', async () => {
  const ben = await signedIn(TEACHERS.ben);
  const grace = await signedIn(ADMIN);
  for (const browser of [eve, ben, grace]) expect(await turn(browser, 14)).toEqual({ ok: false, code: 'not_allowed' });
  for (const days of [0, 91, 1.5, '14', undefined])
    expect(await turn(ada, days)).toEqual({ ok: false, code: 'bad_request' });
  expect(await turn(ada, 14)).toMatchObject({ ok: true });
  await live.told(told({ days: 14, told: false }));
});

test('the student’s open page is told, and nothing is kept before they confirm it', async () => {
  const page = await eve.openChapter(seat.classroomId);
  expect(page.text).toContain('Your terminal is to be recorded.');
  await say('unconfirmed');
  const ben = await signedIn(TEACHERS.ben);
  for (const browser of [ada, ben])
    expect(await browser.act('confirmRecording', [seat.enrollmentId, 14])).toMatchObject({
      value: { ok: false, code: 'not_allowed' },
    });
  await say('still-not');
  expect(files()).toEqual([]);
});

test('what is printed after they confirmed it is on disk within seconds, without what is typed', async () => {
  const reply = await eve.act('confirmRecording', [seat.enrollmentId, 14]);
  expect(reply.value).toMatchObject({ ok: true, value: { days: 14, told: true } });
  await live.told(told({ days: 14, told: true }));
  live.sendWhenOpen({ type: 'at_step', enrollmentId: seat.enrollmentId, stepKey: STEP });
  terminal.type('stty -echo; echo ask-$((40 + 2)); read secret; stty echo; echo got-$((40 + 2))\r');
  await terminal.printed('ask-42');
  terminal.type('hunter2\r');
  await terminal.printed('got-42');
  await say('confirmed');
  await vi.waitFor(() => expect(onDisk()).toContain('confirmed-42'), { timeout: 10_000 });
  expect(onDisk()).not.toMatch(/hunter2|at-first-42|unconfirmed-42|still-not-42/);
});

test('an answer leaves its mark', async () => {
  await eve.act('answer', [seat.enrollmentId, { stepKey: STEP, answer: { kind: 'choices', ids: ['a'] } }]);
  await eve.act('answer', [seat.enrollmentId, { stepKey: STEP, answer: { kind: 'choices', ids: ['b'] } }]);
  await vi.waitFor(() => expect(onDisk()).toContain(`passed ${STEP}`), { timeout: 10_000 });
  const kinds = parseCast(onDisk())?.marks.map(({ mark }) => mark.kind);
  expect(kinds?.filter((kind) => kind !== 'command')).toEqual(['began', 'failed', 'passed']);
});

test('the student and the class’s teacher read it, and each look of the teacher’s is written down', async () => {
  const id = idOf(files()[0] ?? '');
  for (const browser of [eve, ada]) {
    const reply = await browser.get(`/api/recordings/${id}`);
    expect(reply.status).toBe(200);
    expect(reply.headers).toMatchObject({
      'content-type': 'application/x-asciicast',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-store',
      'content-disposition': expect.stringMatching(/^attachment; filename="recording-[\dT-]+\.cast"$/),
    });
    expect(
      parseCast(reply.text)
        ?.events.map(([, , data]) => data)
        .join(''),
    ).toContain('confirmed-42');
  }
  await ada.get(`/api/recordings/${id}?download`);
  const seen = { actorName: 'Ada', targetId: seat.enrollmentId, detail: id };
  expect(await auditOf('recording.watched')).toMatchObject([seen]);
  expect(await auditOf('recording.downloaded')).toMatchObject([seen]);
  expect((await ada.get(`/recordings/${seat.enrollmentId}`)).text).toContain(id);
  const player = await ada.get(`/recordings/${seat.enrollmentId}/${id}`);
  expect(player.headers['content-security-policy']).toContain("'wasm-unsafe-eval'");
});

test('nobody else reads, lists or deletes it, and the student does not delete it', async () => {
  const id = idOf(files()[0] ?? '');
  const mallory = new ProductBrowser(product.url);
  await mallory.join(school.open.code, 'Mallory');
  const others = [mallory, await signedIn(TEACHERS.ben), await signedIn(ADMIN)];
  for (const browser of others) {
    expect((await browser.get(`/api/recordings/${id}`)).status).toBe(403);
    for (const page of [`/recordings/${seat.enrollmentId}`, `/recordings/${seat.enrollmentId}/${id}`]) {
      const { text } = await browser.get(page);
      expect(text).toContain('There is no such recording');
      expect(text).not.toContain('Eve');
    }
  }
  for (const browser of [eve, ...others]) expect(await remove(browser, id)).toEqual({ ok: false, code: 'not_allowed' });
  expect((await new ProductBrowser(product.url).get(`/api/recordings/${id}`)).status).toBe(401);
  for (const wrong of ['x', '..%2f..%2fsecret', '%00', '11111111-1111-4111-8111-111111111111'])
    expect((await ada.get(`/api/recordings/${wrong}`)).status, wrong).toBeGreaterThanOrEqual(400);
  const foreign = { method: 'GET', path: `/api/recordings/${id}`, headers: { 'sec-fetch-site': 'cross-site' } };
  expect((await ada.send(foreign)).status).toBe(403);
});

test('kill -9 leaves a file that can be read, and the next server goes on in another', async () => {
  const { home } = product;
  const [before = ''] = files();
  await product.stop('SIGKILL');
  expect(parseCast(readFileSync(path.join(home, 'web/recordings', before), 'utf8'))?.seconds).toBeGreaterThan(0);
  product = await serve(home);
  [eve, ada] = [eve.at(product.url), ada.at(product.url)];
  await come();
  await say('second');
  await vi.waitFor(() => expect(files()).toHaveLength(2), { timeout: 10_000 });
  const reply = await ada.get(`/api/recordings/${idOf(before)}`);
  expect(
    parseCast(reply.text)
      ?.events.map(([, , data]) => data)
      .join(''),
  ).toContain('confirmed-42');
  await vi.waitFor(async () => {
    const list = await ada.get(`/recordings/${seat.enrollmentId}`);
    expect(list.text.match(/endedAt\\*":null/g)).toHaveLength(1);
  });
});

test('turned off it stops at once, and the page is told', async () => {
  expect(await turn(ada, null)).toMatchObject({ ok: true });
  await live.told(({ type, recording }) => type === 'recording' && recording === null);
  await say('unheard');
  await eve.act('confirmRecording', [seat.enrollmentId, 14]);
  await say('nor-this');
  await product.stop();
  expect(onDisk()).toContain('second-42');
  expect(onDisk()).not.toMatch(/unheard-42|nor-this-42/);
  product = await serve(product.home);
  [eve, ada] = [eve.at(product.url), ada.at(product.url)];
});

test('the class’s teacher deletes it for good', async () => {
  for (const file of files()) expect(await remove(ada, idOf(file))).toMatchObject({ ok: true });
  expect(files()).toEqual([]);
  expect(await auditOf('recording.deleted')).toHaveLength(2);
  expect((await ada.get(`/recordings/${seat.enrollmentId}`)).text).toContain('Nothing is recorded');
});
