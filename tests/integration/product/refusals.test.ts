import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { LIVE_SUBPROTOCOL, MAX_FRAME_BYTES, TERMINAL_SUBPROTOCOL } from '#server/shared/protocol.ts';
import { Bystander } from '../../support/bystander.ts';
import { type Joined, ProductBrowser } from '../../support/product-browser.ts';
import { ProductSocket } from '../../support/product-socket.ts';
import { type School, seedSchool, TEACHERS } from '../../support/seed-school.ts';
import { newHome, type ServedProduct, serveProduct } from '../../support/served-product.ts';

let product: ServedProduct;
let school: School;
let bystander: Bystander;
let cleo: ProductBrowser;
let seat: Joined;

beforeAll(async () => {
  const home = newHome();
  school = await seedSchool(home);
  product = await serveProduct({ home, env: { CHAPTERHOUSE_DRIVER: 'fake' } });
  bystander = await Bystander.sitDown(product.url, school.open.code);
  cleo = new ProductBrowser(product.url);
  seat = await cleo.join(school.open.code, 'Cleo');
  await cleo.openChapter(seat.classroomId);
});
afterAll(() => product.dispose());
// Every refusal: and yet it serves.
afterEach(() => bystander.provesServing());

const stranger = () => new ProductBrowser(product.url);
const socketUrl = (where: string) => `${product.url.replace('http', 'ws')}${where}`;

describe('joining a class', () => {
  const refused = async (code: string, name: string, browser = stranger()) => {
    const { status, json, headers } = await browser.post('/api/auth/join', { code, name });
    expect(headers['set-cookie']).toBeUndefined();
    return { status, ...json };
  };

  test('a wrong code is 404 class_code_unknown', async () => {
    expect(await refused('WOLF-0000', 'Dan')).toEqual({ status: 404, code: 'class_code_unknown' });
  });

  test('the code of a closed class is 410 class_closed', async () => {
    expect(await refused(school.closed.code, 'Dan')).toEqual({ status: 410, code: 'class_closed' });
  });

  test('a name that is taken is 409 name_taken and gives nobody the other student', async () => {
    for (const name of ['Cleo', ' cleo ', 'CLEO', 'Сleo']) {
      expect(await refused(school.open.code, name), name).toEqual({ status: 409, code: 'name_taken' });
    }
  });

  test.each([
    ['control', 'Da\u0007n'],
    ['bidi override', 'Dan\u202Enad'],
    ['zero width', 'Da\u200Bn'],
    ['nothing', '   '],
    ['too long', 'D'.repeat(200)],
  ])('a name of %s characters is 400 name_invalid', async (_, name) => {
    expect(await refused(school.open.code, name)).toEqual({ status: 400, code: 'name_invalid' });
  });

  test('a class link opened twice by the same browser is the same student, whatever name is typed', async () => {
    const again = await cleo.join(school.open.code, 'Somebody Else');
    expect(again.enrollmentId).toBe(seat.enrollmentId);
    const page = await cleo.get(`/join/${school.open.code}`);
    expect(page.status).toBe(307);
    expect(page.headers.location).toContain('/learn/virtualization/');
  });

  test('thirty wrong codes from one address are 429 too_many_tries there, and nowhere else', async () => {
    const guesser = new ProductBrowser(product.url, '127.0.0.9');
    const tries = await Promise.all(
      Array.from({ length: 60 }, (_, n) => guesser.post('/api/auth/join', { code: `WOLF-${1000 + n}`, name: 'Dan' })),
    );
    expect(new Set(tries.map(({ json }) => json.code))).toEqual(new Set(['class_code_unknown', 'too_many_tries']));
    expect(await refused(school.open.code, 'Dan', guesser)).toEqual({ status: 429, code: 'too_many_tries' });
    await stranger().join(school.open.code, 'Dan');
  });

  test.each([
    ['no JSON', 'nonsense'],
    ['no object', '[1,2]'],
    ['other fields', '{"code":"A","name":"B","role":"admin"}'],
  ])('a body with %s is 400', async (_, body) => {
    const headers = { 'content-type': 'application/json' };
    const reply = await stranger().send({ method: 'POST', path: '/api/auth/join', headers }, body);
    expect(reply).toMatchObject({ status: 400, json: { code: 'bad_request' } });
  });
});

describe('requests from foreign pages', () => {
  test('joining is 403 foreign_origin', async () => {
    const body = { code: school.open.code, name: 'Eve' };
    const reply = await cleo.post('/api/auth/join', body, { origin: 'https://evil.test' });
    expect(reply).toMatchObject({ status: 403, json: { code: 'foreign_origin' } });
  });

  test('an action does nothing', async () => {
    const reply = await cleo.act('resetSandbox', [seat.enrollmentId], { headers: { origin: 'https://evil.test' } });
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.value).toBeNull();
  });
});

test('what a proxy would say does not get into the links of a server that trusts none', async () => {
  const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.test' };
  const joined = await cleo.post('/api/auth/join', { code: school.open.code, name: '' }, headers);
  const asked = await cleo.act('returnLink', [seat.enrollmentId], { headers: { 'x-forwarded-proto': 'https' } });
  for (const link of [joined.json.returnLink, Reflect.get(Object(asked.value), 'value')]) {
    expect(link).toMatch(new RegExp(`^${product.url}/back/[A-Za-z0-9_-]+$`));
  }
});

describe('the handshake', () => {
  const upgrade = (where: string, subprotocol: string | undefined, headers: Record<string, string>) =>
    new ProductSocket(socketUrl(where), subprotocol, headers).handshake;

  test('an unknown path is 404', async () => {
    expect(await upgrade('/ws/elsewhere', LIVE_SUBPROTOCOL, cleo.headers())).toBe(404);
    expect(await upgrade('/', undefined, cleo.headers())).toBe(404);
    expect(await upgrade('/_next/webpack-hmr', undefined, cleo.headers())).toBe(404);
  });

  test.each(['/ws/terminal', '/ws/live'])('%s without an Origin, or with a foreign one, is 403', async (where) => {
    const subprotocol = where === '/ws/live' ? LIVE_SUBPROTOCOL : TERMINAL_SUBPROTOCOL;
    const { origin: _, ...bare } = cleo.headers();
    const asked = `${where}?enrollment=${seat.enrollmentId}`;
    expect(await upgrade(asked, subprotocol, bare)).toBe(403);
    for (const origin of ['https://evil.test', 'null', `${product.url}.evil.test`, 'http://127.0.0.1:1']) {
      expect(await upgrade(asked, subprotocol, { ...bare, origin }), origin).toBe(403);
    }
  });

  test('a wrong subprotocol, or none, is 400', async () => {
    expect(await upgrade('/ws/live', TERMINAL_SUBPROTOCOL, cleo.headers())).toBe(400);
    expect(await upgrade('/ws/terminal', 'chapterhouse.terminal.99', cleo.headers())).toBe(400);
    expect(await upgrade('/ws/live', undefined, cleo.headers())).toBe(400);
  });
});

describe('the terminal door', () => {
  test('without a session it closes with 4401', async () => {
    expect(await stranger().terminal(seat.enrollmentId).closed).toEqual({ code: 4401, reason: 'not_signed_in' });
  });

  test("someone else's enrollment closes with 4403, for students and for the teacher of another class", async () => {
    const eve = stranger();
    await eve.join(school.open.code, 'Eve');
    expect(await eve.terminal(seat.enrollmentId).closed).toEqual({ code: 4403, reason: 'not_allowed' });
    const ben = stranger();
    await ben.signIn(TEACHERS.ben);
    expect(await ben.terminal(seat.enrollmentId).closed).toEqual({ code: 4403, reason: 'not_allowed' });
  });

  test('an unknown enrollment closes with 4404', async () => {
    expect(await cleo.terminal('nobody').closed).toEqual({ code: 4404, reason: 'not_found' });
    expect(await cleo.terminal('').closed).toEqual({ code: 4404, reason: 'not_found' });
  });

  test('bytes before attach, and frames out of turn, close with 4400', async () => {
    const early = cleo.terminal(seat.enrollmentId, { attach: false });
    await early.handshake;
    early.type('rm -rf ~\r');
    expect(await early.closed).toEqual({ code: 4400, reason: 'bad_frame' });

    const outOfTurn = cleo.terminal(seat.enrollmentId, { attach: false });
    outOfTurn.sendWhenOpen({ type: 'resize', size: { cols: 80, rows: 24 } });
    expect(await outOfTurn.closed).toEqual({ code: 4400, reason: 'bad_frame' });
  });

  test.each([
    '{',
    'null',
    '[]',
    '{"type":"attach"}',
    '{"type":"attach","shell":"../x","since":0,"size":{"cols":80,"rows":24}}',
    '{"type":"attach","shell":"shell-1","since":-1,"size":{"cols":1e9,"rows":24}}',
  ])('the malformed frame %s closes with 4400', async (text) => {
    const terminal = cleo.terminal(seat.enrollmentId, { attach: false });
    await terminal.handshake;
    terminal.socket.send(text);
    expect(await terminal.closed).toEqual({ code: 4400, reason: 'bad_frame' });
  });

  test('an oversized frame closes with 4413, one out of all proportion with 1009', async () => {
    const terminal = cleo.terminal(seat.enrollmentId);
    await terminal.attached();
    terminal.socket.send(Buffer.alloc(MAX_FRAME_BYTES + 1, 'x'));
    expect(await terminal.closed).toEqual({ code: 4413, reason: 'frame_too_large' });

    const huge = cleo.terminal(seat.enrollmentId);
    await huge.attached();
    huge.socket.send(Buffer.alloc(16 * MAX_FRAME_BYTES, 'x'));
    expect((await huge.closed).code).toBe(1009);
  });
});

describe('the live door', () => {
  const refusal = async (browser: ProductBrowser, request: object) => {
    const live = browser.live(request);
    const { code } = await live.told(({ type }) => type === 'error');
    await live.leave();
    return code;
  };

  test('without a session it closes with 4401', async () => {
    expect(await stranger().live().closed).toEqual({ code: 4401, reason: 'not_signed_in' });
  });

  test("a teacher may not watch somebody else's class, nor a student any", async () => {
    const ben = stranger();
    await ben.signIn(TEACHERS.ben);
    const { classroomId } = school.open;
    expect(await refusal(ben, { type: 'watch_classroom', classroomId })).toBe('not_allowed');
    expect(await refusal(cleo, { type: 'watch_classroom', classroomId })).toBe('not_allowed');
    expect(await refusal(ben, { type: 'watch_classroom', classroomId: 'nowhere' })).toBe('not_found');
  });

  test('only the admin watches the system', async () => {
    const ada = stranger();
    await ada.signIn(TEACHERS.ada);
    expect(await refusal(cleo, { type: 'watch_system' })).toBe('not_allowed');
    expect(await refusal(ada, { type: 'watch_system' })).toBe('not_allowed');
  });

  test("a student may neither watch nor move another's seat", async () => {
    const eve = stranger();
    await eve.join(school.other.code, 'Eve');
    const { enrollmentId } = seat;
    expect(await refusal(eve, { type: 'watch_enrollment', enrollmentId })).toBe('not_allowed');
    const stepKey = 'docker/first-container';
    expect(await refusal(eve, { type: 'at_step', enrollmentId, stepKey })).toBe('not_allowed');
  });

  test('a step that does not exist is step_unknown, and the socket stays for what does', async () => {
    const { enrollmentId } = seat;
    const live = cleo.live(
      { type: 'at_step', enrollmentId, stepKey: 'docker/no-such-step' },
      { type: 'watch_enrollment', enrollmentId },
    );
    expect(await live.told(({ type }) => type === 'error')).toMatchObject({ code: 'step_unknown' });
    await live.told(({ type }) => type === 'sandbox');
    await live.leave();
  });

  test('a binary frame closes with 4400, an oversized one with 4413', async () => {
    const binary = cleo.live();
    await binary.handshake;
    binary.type('{"type":"watch_system"}');
    expect(await binary.closed).toEqual({ code: 4400, reason: 'bad_frame' });
    const long = cleo.live({ type: 'x'.repeat(MAX_FRAME_BYTES) });
    expect(await long.closed).toEqual({ code: 4413, reason: 'frame_too_large' });
  });
});

test("an action on somebody else's seat is refused with its code", async () => {
  const eve = stranger();
  await eve.join(school.open.code, 'Eva');
  for (const action of ['startSandbox', 'resetSandbox', 'extendSandbox', 'returnLink']) {
    const { value } = await eve.act(action, [seat.enrollmentId]);
    expect(value, action).toEqual({ ok: false, code: 'not_allowed' });
  }
  expect((await stranger().act('startSandbox', [seat.enrollmentId])).value).toEqual({
    ok: false,
    code: 'not_signed_in',
  });
  expect((await eve.act('startSandbox', [{ $ne: '' }])).value).toEqual({ ok: false, code: 'bad_request' });
});
