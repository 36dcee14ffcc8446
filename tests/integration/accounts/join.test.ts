import { beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '#server/accounts/permissions.ts';
import { findActor, findViewer } from '#server/accounts/session.ts';
import { closeClassroom } from '#server/classrooms/close-classroom.ts';
import { createClassroom } from '#server/classrooms/create-classroom.ts';
import { db } from '#server/db.ts';
import type { ClassroomSummary } from '#server/shared/views.ts';
import { AuthBrowser } from '../../support/auth-browser.ts';
import { addStaff, PASSWORD, useAuth } from '../../support/auth-fixture.ts';
import { useSmallCourse } from '../../support/small-course.ts';
import { DATABASES, useTestDatabase } from '../../support/test-database.ts';

describe.each(DATABASES)('on %s', (kind) => {
  useTestDatabase(kind);
  const { library } = useSmallCourse();
  useAuth({ library });
  let teacher: Actor;
  let room: ClassroomSummary;
  beforeEach(async () => {
    teacher = await addStaff('Tess', 'teacher', PASSWORD);
    room = await createClassroom({ actor: teacher, courseId: 'small', title: 'Monday', library: library() });
  });
  const join = (browser: AuthBrowser, name = 'Ada', code = room.code) => browser.post('/join', { code, name });
  const students = () => db().enrollment.count();

  test('a code and a name make a guest who is signed in, with a private way back', async () => {
    const browser = new AuthBrowser({ address: '192.0.2.1' });
    const { status, body } = await join(browser, '  Ada   L ', ` ${room.code.toLowerCase().replace('-', ' ')} `);
    expect(status).toBe(200);
    expect(body).toMatchObject({ courseId: 'small', classroomId: room.classroomId });
    expect(body.returnLink).toMatch(/^http:\/\/class\.lan:3000\/back\/[\w-]{32}$/);
    expect(await findViewer(browser.headers())).toMatchObject({ name: 'Ada L', role: 'student', isGuest: true });
    const session = await db().session.findFirstOrThrow();
    expect(session.expiresAt.getTime() - Date.now()).toBeGreaterThan(59 * 24 * 3600_000);
    expect(session.ipAddress).toBe('192.0.2.1');
  });

  test('the cookie is for our pages only', async () => {
    const { headers } = await join(new AuthBrowser());
    const cookie = headers.get('set-cookie') ?? '';
    for (const attribute of ['HttpOnly', 'SameSite=Lax', 'Path=/']) expect(cookie).toContain(attribute);
    expect(cookie).not.toMatch(/secure/i);
  });

  test('the same browser joining again is the same student, whatever name is typed', async () => {
    const browser = new AuthBrowser();
    const first = await join(browser);
    const again = await join(browser, 'Somebody else');
    expect(again.body.enrollmentId).toBe(first.body.enrollmentId);
    expect((await browser.post('/join', { code: room.code })).body.enrollmentId).toBe(first.body.enrollmentId);
    expect(await students()).toBe(1);
    expect((await findActor(browser.headers()))?.name).toBe('Ada');
  });

  test('a name that is taken, or looks like one, never opens another student’s seat', async () => {
    await join(new AuthBrowser());
    for (const name of ['Ada', 'ada', 'A d a', 'А\u0064а']) {
      const stranger = new AuthBrowser();
      expect(await join(stranger, name)).toMatchObject({ status: 409, body: { code: 'name_taken' } });
      expect(stranger.isSignedIn).toBe(false);
    }
    expect(await students()).toBe(1);
    expect(await db().user.count({ where: { isGuest: true } })).toBe(1);
  });

  test('of many who take one name at once, one gets it', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => join(new AuthBrowser())));
    expect(answers.filter((one) => one.status === 200)).toHaveLength(1);
    expect(answers.filter((one) => one.body.code === 'name_taken')).toHaveLength(9);
    expect(await db().user.count({ where: { isGuest: true } })).toBe(1);
  });

  test('a whole class joins at once from one address', async () => {
    const address = '192.0.2.2';
    const joins = Array.from({ length: 40 }, (_, i) => join(new AuthBrowser({ address }), `Student ${i}`));
    const answers = await Promise.all(joins);
    expect(answers.map((one) => one.status)).toEqual(Array(40).fill(200));
    expect(await students()).toBe(40);
  });

  test('a student joins a second class as the same user', async () => {
    const other = await createClassroom({ actor: teacher, courseId: 'small', title: 'Tuesday', library: library() });
    const browser = new AuthBrowser();
    await join(browser);
    expect((await join(browser, 'Ada', other.code)).status).toBe(200);
    expect(await db().user.count({ where: { isGuest: true } })).toBe(1);
    expect(await students()).toBe(2);
  });

  test('a closed class takes nobody new, and keeps those it has', async () => {
    const browser = new AuthBrowser();
    const first = await join(browser);
    await closeClassroom({ actor: teacher, classroomId: room.classroomId });
    expect(await join(new AuthBrowser(), 'Ben')).toMatchObject({ status: 410, body: { code: 'class_closed' } });
    expect((await join(browser)).body.enrollmentId).toBe(first.body.enrollmentId);
  });

  test('wrong codes are refused, then too many of them from one address', async () => {
    const guesser = new AuthBrowser({ address: '198.51.100.7' });
    for (let i = 0; i < 30; i += 1) {
      const guess = await join(guesser, 'Eve', `WRONG${i}`);
      expect(guess).toMatchObject({ status: 404, body: { code: 'class_code_unknown' } });
    }
    expect(await join(guesser, 'Eve')).toMatchObject({ status: 429, body: { code: 'too_many_tries' } });
    expect((await join(new AuthBrowser())).status).toBe(200);
  });

  test.each([
    ['no name', { name: ' ' }, 'name_invalid'],
    ['a bidi name', { name: 'Ada\u202e' }, 'name_invalid'],
    ['an endless name', { name: 'A'.repeat(5000) }, 'bad_request'],
    ['an unknown field', { name: 'Ada', role: 'admin' }, 'bad_request'],
    ['a name that is no text', { name: { $ne: '' } }, 'bad_request'],
  ])('%s is refused', async (_, fields, code) => {
    const answer = await new AuthBrowser().post('/join', { code: room.code, ...fields });
    expect(answer).toMatchObject({ status: 400, body: { code } });
    expect(await students()).toBe(0);
  });

  describe('a return link', () => {
    const tokenOf = (link: unknown) => String(link).split('/').at(-1);

    test('brings the student back from other browsers, again and again', async () => {
      const home = new AuthBrowser();
      const { body } = await join(home);
      for (let i = 0; i < 3; i += 1) {
        const elsewhere = new AuthBrowser();
        const opened = await elsewhere.get(`/return/${tokenOf(body.returnLink)}`);
        expect(opened).toMatchObject({ status: 302, location: `/learn/small/intro?class=${room.classroomId}` });
        expect(opened.headers.get('referrer-policy')).toBe('no-referrer');
        expect(opened.headers.get('cache-control')).toContain('no-store');
        expect((await join(elsewhere, 'x')).body.enrollmentId).toBe(body.enrollmentId);
      }
      expect(await findActor(home.headers())).not.toBeNull();
    });

    test('is stored as a hash only', async () => {
      const { body } = await join(new AuthBrowser());
      const token = tokenOf(body.returnLink);
      expect(JSON.stringify(await db().returnLink.findMany())).not.toContain(token);
    });

    test('that never was leads to the start page and signs nobody in', async () => {
      const browser = new AuthBrowser();
      expect(await browser.get(`/return/${'A'.repeat(32)}`)).toMatchObject({
        status: 302,
        location: '/?error=not_found',
      });
      expect(browser.isSignedIn).toBe(false);
    });

    test('replaces another student’s session on a shared computer', async () => {
      const { body } = await join(new AuthBrowser());
      const shared = new AuthBrowser();
      await join(shared, 'Ben');
      await shared.get(`/return/${tokenOf(body.returnLink)}`);
      expect((await findActor(shared.headers()))?.name).toBe('Ada');
    });

    test('works five at a time: the oldest go first', async () => {
      const browser = new AuthBrowser();
      const links = [await join(browser)];
      for (let i = 0; i < 5; i += 1) links.push(await join(browser));
      const open = (i: number) => new AuthBrowser().get(`/return/${tokenOf(links[i]?.body.returnLink)}`);
      expect((await open(0)).location).toBe('/?error=not_found');
      for (let i = 1; i <= 5; i += 1) expect((await open(i)).location).toContain('/learn/');
    });
  });
});
