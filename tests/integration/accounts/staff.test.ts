import { beforeEach, describe, expect, test } from 'vitest';
import { adminExists, adminLinkState, createAdminLink } from '#server/accounts/one-time-links.ts';
import { findActor, requireActor } from '#server/accounts/session.ts';
import { createTeacher, listUsers } from '#server/accounts/users.ts';
import { listAudit } from '#server/audit/list-audit.ts';
import { db } from '#server/db.ts';
import { AuthBrowser } from '../../support/auth-browser.ts';
import { addStaff, PASSWORD, useAuth } from '../../support/auth-fixture.ts';
import { useSmallCourse } from '../../support/small-course.ts';
import { DATABASES, useTestDatabase } from '../../support/test-database.ts';

const coded = (code: string) => expect.objectContaining({ code });

describe.each(DATABASES)('on %s', (kind) => {
  useTestDatabase(kind);
  const { library } = useSmallCourse();
  useAuth({ library });

  describe('the first admin', () => {
    let token: string;
    beforeEach(async () => {
      token = (await createAdminLink({ baseUrl: 'http://class.lan:3000' })).split('/').at(-1) ?? '';
    });
    const claim = (browser: AuthBrowser, more: Record<string, string> = {}) =>
      browser.post('/claim-admin', { token, name: 'Root', email: 'Root@Example.test', password: PASSWORD, ...more });

    test('claims by the link, is signed in, and can sign in by password later', async () => {
      expect(await adminExists()).toBe(false);
      const browser = new AuthBrowser();
      expect(await claim(browser)).toMatchObject({ status: 200, body: { name: 'Root', role: 'admin' } });
      expect(await findActor(browser.headers())).toMatchObject({ role: 'admin' });
      expect(await adminExists()).toBe(true);
      const elsewhere = new AuthBrowser();
      await elsewhere.post('/sign-in/email', { email: 'root@example.test', password: PASSWORD });
      expect(await requireActor(elsewhere.headers())).toMatchObject({ role: 'admin', name: 'Root' });
      expect((await listAudit({ limit: 10 })).map((entry) => entry.action)).toEqual(['admin.claimed']);
    });

    test('the link works once', async () => {
      await claim(new AuthBrowser());
      expect(await adminLinkState({ token })).toBe('used');
      const late = await claim(new AuthBrowser(), { email: 'eve@example.test' });
      expect(late).toMatchObject({ status: 410, body: { code: 'link_used' } });
    });

    test('of several who open it at once, one becomes admin', async () => {
      const claims = Array.from({ length: 5 }, (_, i) => claim(new AuthBrowser(), { email: `eve${i}@example.test` }));
      const answers = await Promise.all(claims);
      expect(answers.filter((one) => one.status === 200)).toHaveLength(1);
      expect(answers.filter((one) => one.body.code === 'link_used')).toHaveLength(4);
      expect(await db().user.count({ where: { role: 'admin' } })).toBe(1);
    });

    test('a refused form leaves the link open', async () => {
      await addStaff('Tess', 'teacher');
      expect((await claim(new AuthBrowser(), { password: 'short' })).body.code).toBe('password_weak');
      expect((await claim(new AuthBrowser(), { email: 'tess@example.test' })).body.code).toBe('email_taken');
      expect((await claim(new AuthBrowser(), { email: 'nonsense' })).body.code).toBe('bad_request');
      expect((await claim(new AuthBrowser(), { name: '' })).body.code).toBe('name_invalid');
      expect(await adminLinkState({ token })).toBe('open');
      expect((await claim(new AuthBrowser())).status).toBe(200);
    });

    test('a token that was guessed, has run out or was replaced opens nothing', async () => {
      expect((await claim(new AuthBrowser(), { token: 'guess' })).body.code).toBe('not_found');
      await db().oneTimeLink.updateMany({ data: { expiresAt: new Date(0) } });
      expect((await claim(new AuthBrowser())).body.code).toBe('link_used');
      await createAdminLink({ baseUrl: 'http://class.lan:3000' });
      expect(await adminLinkState({ token })).toBe('unknown');
      expect(await adminExists()).toBe(false);
    });
  });

  describe('a teacher', () => {
    const tess = { name: 'Tess', email: 'Tess@example.test', password: PASSWORD };

    test('is made by an admin, and signs in', async () => {
      const admin = await addStaff('Root', 'admin');
      expect(await createTeacher({ actor: admin, ...tess })).toMatchObject({
        role: 'teacher',
        email: 'tess@example.test',
      });
      const browser = new AuthBrowser();
      expect((await browser.post('/sign-in/email', { email: 'tess@example.test', password: PASSWORD })).status).toBe(
        200,
      );
      expect(await findActor(browser.headers())).toMatchObject({ role: 'teacher', name: 'Tess' });
      expect((await listUsers({ actor: admin })).map((user) => user.name)).toEqual(['Root', 'Tess']);
      await expect(createTeacher({ actor: admin, ...tess })).rejects.toEqual(coded('email_taken'));
    });

    test('finds no session token in an answer that a script could read', async () => {
      await addStaff('Tess', 'teacher', PASSWORD);
      const browser = new AuthBrowser();
      const signedIn = await browser.post('/sign-in/email', { email: 'tess@example.test', password: PASSWORD });
      const session = await browser.get('/get-session');
      const { token } = await db().session.findFirstOrThrow();
      expect(session.body).toMatchObject({ user: { name: 'Tess', role: 'teacher' } });
      expect(JSON.stringify([signedIn.body, session.body])).not.toContain(token);
    });

    test('is made by nobody else', async () => {
      const teacher = await addStaff('Tom', 'teacher');
      for (const actor of [teacher, { ...teacher, role: 'student' as const }]) {
        await expect(createTeacher({ actor, ...tess })).rejects.toEqual(coded('not_allowed'));
        await expect(listUsers({ actor })).rejects.toEqual(coded('not_allowed'));
      }
    });

    test('with a wrong password, or without an account, gets one and the same answer', async () => {
      await addStaff('Tess', 'teacher', PASSWORD);
      const tries = ['tess@example.test', 'nobody@example.test', 'nonsense'].map((email) =>
        new AuthBrowser().post('/sign-in/email', { email, password: 'wrong password' }),
      );
      for (const answer of await Promise.all(tries)) {
        expect(answer).toMatchObject({ status: 401, body: { code: 'wrong_password' } });
      }
    });

    test('is guessed at only so often from one address', async () => {
      const guesser = new AuthBrowser({ address: kind === 'sqlite' ? '198.51.100.9' : '198.51.100.10' });
      const guess = () => guesser.post('/sign-in/email', { email: 'tess@example.test', password: 'wrong password' });
      for (let i = 0; i < 10; i += 1) await guess();
      expect(await guess()).toMatchObject({ status: 429, body: { code: 'too_many_tries' } });
    });

    test('signs out, and the session is gone', async () => {
      await addStaff('Tess', 'teacher', PASSWORD);
      const browser = new AuthBrowser();
      await browser.post('/sign-in/email', { email: 'tess@example.test', password: PASSWORD });
      const before = browser.headers();
      expect((await browser.post('/sign-out', {})).status).toBe(200);
      expect(await findActor(before)).toBeNull();
    });
  });

  describe('what is not offered', () => {
    test.each([
      '/sign-up/email',
      '/update-user',
      '/delete-user',
      '/change-email',
      '/list-sessions',
      '/ok',
      '/nonsense',
    ])('%s is not there', async (path) => {
      const body = { name: 'Eve', email: 'eve@example.test', password: PASSWORD, role: 'admin' };
      expect((await new AuthBrowser().post(path, body)).status).toBe(404);
      expect(await db().user.count()).toBe(0);
    });
  });

  describe('another site', () => {
    const body = { email: 'tess@example.test', password: PASSWORD };
    test.each([
      ['a foreign origin', { origin: 'http://evil.test' }],
      ['an opaque origin', { origin: 'null' }],
      ['our name on another port', { origin: 'http://class.lan:4000' }],
      ['a cross-site request', { 'sec-fetch-site': 'cross-site' }],
    ])('%s is refused', async (_, headers) => {
      await addStaff('Tess', 'teacher', PASSWORD);
      for (const path of ['/sign-in/email', '/join', '/claim-admin', '/sign-out']) {
        const answer = await new AuthBrowser().post(path, body, headers);
        expect(answer).toMatchObject({ status: 403, body: { code: 'foreign_origin' } });
      }
      expect(await db().session.count()).toBe(0);
    });

    test.each(['localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'class.lan', '192.168.1.5:3000'])(
      'and %s, where the browser reached us, is not another site',
      async (host) => {
        await addStaff('Tess', 'teacher', PASSWORD);
        const browser = new AuthBrowser({ host });
        expect((await browser.post('/sign-in/email', body)).status).toBe(200);
        expect(await findActor(browser.headers())).toMatchObject({ name: 'Tess' });
        expect((await browser.post('/sign-out', {})).status).toBe(200);
      },
    );
  });
});

describe('behind a proxy that ends https', () => {
  useTestDatabase('sqlite');
  const { library } = useSmallCourse();
  useAuth({ library, baseUrl: 'https://learn.example.test', trustProxy: true });

  test('cookies are secure and the public origin is ours', async () => {
    await addStaff('Tess', 'teacher', PASSWORD);
    const browser = new AuthBrowser({ host: '127.0.0.1:3000' });
    const forwarded = { 'x-forwarded-host': 'learn.example.test', 'x-forwarded-proto': 'https' };
    const headers = { origin: 'https://learn.example.test', ...forwarded };
    const answer = await browser.post('/sign-in/email', { email: 'tess@example.test', password: PASSWORD }, headers);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('set-cookie')).toMatch(/^__Secure-.*; Secure/);
  });
});
