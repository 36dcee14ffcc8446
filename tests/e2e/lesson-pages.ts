import { type Browser, type BrowserContext, expect, type Page } from '@playwright/test';

/** What people do on the pages, by the words they see. */

export const ADMIN = { name: 'Ivo Admin', email: 'ivo@example.org', password: 'a long admin pass phrase' };
export const TEACHER = { name: 'Tara Teacher', email: 'tara@example.org', password: 'a long teacher pass phrase' };

export async function claimAdmin(page: Page, setupLink: string): Promise<void> {
  await page.goto(setupLink);
  await page.getByLabel('Your name').fill(ADMIN.name);
  await page.getByLabel('E-mail').fill(ADMIN.email);
  await page.getByLabel('Password', { exact: true }).fill(ADMIN.password);
  await page.getByLabel('Password again').fill(ADMIN.password);
  await page.getByRole('button', { name: 'Create the administrator' }).click();
  await expect(page.getByRole('heading', { name: 'This server', exact: true })).toBeVisible();
}

export async function createTeacher(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'New teacher' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(TEACHER.name);
  await dialog.getByLabel('E-mail').fill(TEACHER.email);
  await dialog.getByLabel('Password').fill(TEACHER.password);
  await dialog.getByRole('button', { name: 'Create account' }).click();
  await expect(dialog.getByText(`The account of ${TEACHER.name} is ready`)).toBeVisible();
  await dialog.getByRole('button', { name: 'Done' }).last().click();
}

export async function signIn(page: Page, person: { email: string; password: string }): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(/\/(teach|admin)/);
}

/** Creates a class and answers its code. */
export async function createClass(page: Page, title: string): Promise<string> {
  await page.goto('/teach');
  await page.getByRole('button', { name: 'New class' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name of the class').fill(title);
  await dialog.getByRole('button', { name: 'Create class' }).click();
  const code = dialog.getByText(/^[A-Z]+-\d+$/);
  await expect(code).toBeVisible();
  const text = (await code.textContent()) ?? '';
  await dialog.getByRole('link', { name: 'Open the live class' }).click();
  await expect(page.getByRole('heading', { name: title })).toBeVisible();
  return text.trim();
}

export type Student = { context: BrowserContext; page: Page; returnLink: string };

/** A browser of its own, with the screen reader's copy of the terminal so that its text can be read. */
export async function newStudentContext(browser: Browser, baseURL: string): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL });
  await context.addInitScript(() =>
    localStorage.setItem('chapterhouse.terminal', JSON.stringify({ screenReader: true })),
  );
  return context;
}

/** Joins by code and goes to a chapter: the one about Docker, where no other is named by its title. */
export async function join(
  browser: Browser,
  { baseURL, code, name, chapter = 'Docker' }: { baseURL: string; code: string; name: string; chapter?: string },
): Promise<Student> {
  const context = await newStudentContext(browser, baseURL);
  const page = await context.newPage();
  await page.goto('/');
  await page.getByLabel('Class code').fill(code.toLowerCase().replace('-', ' '));
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Join' }).click();
  await expect(page.getByText(`You are in, ${name}`)).toBeVisible();
  const returnLink = await page.getByLabel('Your return link').inputValue();
  await page.getByRole('link', { name: 'Go to the chapter' }).click();
  await goToChapter(page, chapter);
  return { context, page, returnLink };
}

/** From any chapter to the one of this title, through the list of chapters. */
async function goToChapter(page: Page, title: string): Promise<void> {
  const wanted = page.getByRole('heading', { name: title, level: 1 });
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  if (await wanted.isVisible()) return;
  await page.getByRole('button', { name: /Chapters of this course/ }).click();
  await page.getByRole('menuitem', { name: title }).click();
  await expect(wanted).toBeVisible();
}

/** The terminal's text as a screen reader hears it. */
export const screen = (page: Page) => page.locator('.xterm-accessibility-tree');

export async function atPrompt(page: Page): Promise<void> {
  await expect(screen(page)).toContainText('student@lab', { timeout: 60_000 });
}

export async function type(page: Page, text: string): Promise<void> {
  await page.locator('.xterm-helper-textarea').first().focus();
  await page.keyboard.type(`${text}\n`);
}

/** One key, without Enter: for a program that is in the way. */
export async function press(page: Page, key: string): Promise<void> {
  await page.locator('.xterm-helper-textarea').first().press(key);
}

export const step = (page: Page, title: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('button', { name: new RegExp(`^Step \\d+.*${title}$`) }) });

export async function isDone(page: Page, title: string): Promise<void> {
  await expect(page.getByRole('button', { name: new RegExp(`^Step \\d+, done: ${title}$`) })).toBeVisible({
    timeout: 30_000,
  });
}

/** Presses Run on the command block of the page that shows exactly this command, in this step. */
export async function run(page: Page, title: string, command: string): Promise<void> {
  await step(page, title)
    .getByRole('button', { name: `Run ${command}`, exact: true })
    .first()
    .click();
}

export async function answer(page: Page, title: string, choices: string[]): Promise<void> {
  for (const choice of choices) await step(page, title).getByLabel(choice).check();
  await step(page, title).getByRole('button', { name: 'Answer' }).click();
  await isDone(page, title);
}
