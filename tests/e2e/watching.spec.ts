import { writeFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { PASSWORD, seedSchool, TEACHERS } from '../support/seed-school.ts';
import { newHome, type ServedProduct, serveProduct } from '../support/served-product.ts';
import { atPrompt, join, newStudentContext, type Student, screen, signIn, type } from './lesson-pages.ts';
import { look, shoot, violations } from './screenshots.ts';

/** A teacher at a student's own terminal: seen by the student, typing only where they allow it. */
test.describe.configure({ mode: 'serial' });

let product: ServedProduct;
let classroomId: string;
let eve: Student;
let student: Page;
let teacher: Page;

test.beforeAll(async ({ browser }) => {
  const home = newHome();
  const school = await seedSchool(home);
  ({ classroomId } = school.open);
  product = await serveProduct({ home, env: { CHAPTERHOUSE_DRIVER: 'bubblewrap' } });
  eve = await join(browser, { baseURL: product.url, code: school.open.code, name: 'Eve' });
  student = eve.page;
  teacher = await (await newStudentContext(browser, product.url)).newPage();
  await signIn(teacher, { email: TEACHERS.ada, password: PASSWORD });
});
test.afterEach(async ({ browserName: _ }, info) => {
  if (info.status !== info.expectedStatus) await writeFile(info.outputPath('server.log'), product.output());
});
test.afterAll(async () => {
  await product?.dispose();
});

const WATCHED = 'Ada is watching this terminal.';
const ASKED = 'Ada asks to type in your terminal.';
const TYPING = 'Ada is typing in your terminal. Your keys are not sent.';
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const isTerminal = (page: Page) => page.evaluate(() => document.activeElement?.className === 'xterm-helper-textarea');
const drawnColumns = (page: Page) =>
  page.locator('.xterm-screen').evaluate((element) => element.clientWidth > 0 && element.scrollWidth);

/** In fewer looks: a question is void after a minute. */
async function lookBriefly(page: Page, name: string, looks: readonly Parameters<typeof shoot>[2][]): Promise<void> {
  for (const one of looks) {
    await shoot(page, name, one);
    expect(await violations(page)).toEqual([]);
  }
}
async function ask(): Promise<void> {
  await button(teacher, 'Ask to type').click();
  await expect(student.getByText(ASKED)).toBeVisible();
}

test('from the evidence the teacher comes to the terminal, and the student sees it at once', async () => {
  await atPrompt(student);
  await type(student, 'echo for-both-$((40 + 2))');
  await expect(screen(student)).toContainText('for-both-42');
  await student.keyboard.type('half a wo');
  await teacher.goto(`/teach/${classroomId}`);
  await teacher.getByRole('row').filter({ hasText: 'Eve' }).locator('td[data-col="0"]').click();
  const panel = teacher.getByRole('dialog', { name: 'Eve' });
  await expect(panel.getByRole('heading', { name: 'Watch the terminal' })).toBeVisible();
  await look(teacher, 'watch-offer');
  await panel.getByRole('link', { name: 'Watch terminal' }).press('Enter');
  await expect(teacher.getByRole('heading', { name: 'Eve’s terminal' })).toBeVisible();
  await expect(screen(teacher)).toContainText('for-both-42');
  await expect(student.getByText(WATCHED)).toBeVisible();
  expect(await isTerminal(student)).toBe(true);
  await student.keyboard.type('rd');
  await expect(screen(teacher)).toContainText('half a word');
  await student.keyboard.press('Control+U');
  await look(student, 'watched');
  await look(teacher, 'watching');
});

test('what the teacher types goes nowhere, and says so', async () => {
  await type(teacher, 'echo not-allowed');
  await expect(teacher.getByText('Not sent: you only watch. Ask to type first.')).toBeVisible();
  await type(student, 'echo still-mine');
  await expect(screen(teacher)).toContainText('still-mine');
  await expect(screen(student)).not.toContainText('not-allowed');
});

test('the question takes no key from the terminal; Not now is an answer', async () => {
  await student.locator('.xterm-helper-textarea').first().focus();
  await ask();
  expect(await isTerminal(student)).toBe(true);
  await lookBriefly(student, 'watch-question', ['light-1440', 'dark-1440']);
  await student.locator('.xterm-helper-textarea').first().focus();
  await student.keyboard.type('echo typed-$((1 + 1))-through\n');
  await expect(screen(student)).toContainText('typed-2-through');
  await student.keyboard.press('Control+Shift+F6');
  await expect(button(student, 'Allow')).toBeFocused();
  await student.keyboard.press('Tab');
  await expect(button(student, 'Not now')).toBeFocused();
  await student.keyboard.press('Enter');
  await expect(teacher.getByText('Eve answered: not now.')).toBeVisible();
  await expect(student.getByText(WATCHED)).toBeVisible();
  expect(await isTerminal(student)).toBe(true);
});

test('allowed, the teacher types in the student’s size; by the keyboard the student takes it back', async () => {
  await ask();
  await student.keyboard.press('Control+Shift+F6');
  await student.keyboard.press('Enter');
  await expect(teacher.getByText('You are typing in Eve’s terminal.')).toBeVisible();
  await expect.poll(() => isTerminal(teacher)).toBe(true);
  await teacher.keyboard.type('echo by-the-teacher; echo columns-$(tput cols)\n');
  await expect(screen(student)).toContainText(/columns-\d+/);
  await expect(student.getByText(TYPING)).toBeVisible();
  await look(student, 'watch-typing-student');
  await look(teacher, 'watch-typing');
  await student.locator('.xterm-helper-textarea').first().focus();
  await student.keyboard.type('x');
  await expect(student.getByText('Not sent: Ada is typing. Take the keyboard back first.')).toBeVisible();
  await student.keyboard.press('Control+Shift+F6');
  await expect(button(student, 'Take back')).toBeFocused();
  await student.keyboard.press('Enter');
  await expect(teacher.getByText('Eve took the keyboard back.')).toBeVisible();
  await student.keyboard.type('echo mine-$((2 + 3))\n');
  await expect(screen(teacher)).toContainText('mine-5');
});

test('the watcher’s screen follows the student’s window', async () => {
  const before = await drawnColumns(teacher);
  await student.setViewportSize({ width: 1024, height: 768 });
  await type(student, 'tput cols > size; echo now-$(cat size)-columns');
  await expect(screen(teacher)).toContainText(/now-\d+-columns/);
  expect(await drawnColumns(teacher)).not.toBe(before);
  await student.setViewportSize({ width: 1440, height: 900 });
});

test('what the student’s programs say changes nothing on the teacher’s page but the screen', async () => {
  const title = await teacher.title();
  await teacher.evaluate(() => {
    const writeText = async () => document.body.setAttribute('data-copied', 'yes');
    Object.defineProperty(navigator, 'clipboard', { value: { writeText } });
  });
  await type(student, String.raw`printf '\033]0;owned\007\033]52;c;b3duZWQ=\007\007'; echo after-$((5 + 6))`);
  await expect(screen(teacher)).toContainText('after-11');
  expect(await teacher.title()).toBe(title);
  await expect(teacher.locator('[data-copied]')).toHaveCount(0);
});

test('a teacher who is gone is said to be gone', async () => {
  await teacher.getByRole('link', { name: 'Monday' }).click();
  await expect(student.getByText(WATCHED)).toBeHidden();
  await type(student, 'echo alone-$((3 + 4))');
  await expect(screen(student)).toContainText('alone-7');
});

test('who reads on their phone answers there, and has the keyboard again when the teacher’s page is gone', async () => {
  await teacher.goBack();
  await expect(student.getByText(WATCHED)).toBeVisible();
  await student.setViewportSize({ width: 390, height: 844 });
  await button(student, 'Text').click();
  await ask();
  await expect(button(student, 'Allow')).toBeInViewport();
  await lookBriefly(student, 'watch-question-text', ['light-390', 'dark-390']);
  await button(student, 'Allow').click();
  await expect(student.getByText(TYPING)).toBeVisible();
  await student.setViewportSize({ width: 1440, height: 900 });
  await teacher.goto('about:blank');
  await expect(student.getByText(TYPING)).toBeHidden();
  await type(student, 'echo back-$((4 + 5))');
  await expect(screen(student)).toContainText('back-9');
});
