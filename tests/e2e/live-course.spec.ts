import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { newCourse } from '#server/authoring/new-course.ts';
import { PASSWORD, seedSchool, TEACHERS } from '../support/seed-school.ts';
import { newHome, type ServedProduct, serveProduct } from '../support/served-product.ts';
import { newStudentContext, signIn } from './lesson-pages.ts';
import { LOOKS, shoot, violations } from './screenshots.ts';

/** An author writes while the chapter is open beside them. */
test.describe.configure({ mode: 'serial' });

/** Generous for a busy machine; on a quiet one it is a part of a second. */
const SOON_MS = 5_000;
let product: ServedProduct;
let content: string;
let page: Page;
const file = (name: string) => path.join(content, 'live-basics/01-first-steps', name);
const edit = (name: string, change: (text: string) => string) =>
  writeFileSync(file(name), change(readFileSync(file(name), 'utf8')));
const screen = () => page.locator('.xterm-accessibility-tree').first();
const type = async (text: string) => {
  await page.locator('.xterm-helper-textarea').first().focus();
  await page.keyboard.type(text);
};

test.beforeAll(async ({ browser }) => {
  content = mkdtempSync(path.join(tmpdir(), 'live-'));
  chmodSync(content, 0o755);
  cpSync('content/checks', path.join(content, 'checks'), { recursive: true });
  newCourse({ courseDir: path.join(content, 'live-basics'), contentDir: content });
  const home = newHome();
  await seedSchool(home);
  product = await serveProduct({
    home,
    env: { CHAPTERHOUSE_DRIVER: 'bubblewrap', CHAPTERHOUSE_CONTENT: content, CHAPTERHOUSE_LIVE_COURSES: '1' },
  });
  const teacher = await (await browser.newContext({ baseURL: product.url })).newPage();
  await signIn(teacher, { email: TEACHERS.ada, password: PASSWORD });
  await teacher.goto('/teach');
  await teacher.getByRole('button', { name: 'New class' }).first().click();
  const dialog = teacher.getByRole('dialog');
  await dialog.getByLabel('Name of the class').fill('Author');
  await dialog.getByRole('button', { name: 'Create class' }).click();
  const code = await dialog.getByText(/^[A-Z]+-\d+$/).textContent();
  page = await (await newStudentContext(browser, product.url)).newPage();
  await page.goto('/');
  await page.getByLabel('Class code').fill(code ?? '');
  await page.getByLabel('Your name').fill('Ada');
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByRole('link', { name: 'Go to the chapter' }).click();
  await expect(page.getByRole('heading', { name: 'First steps', level: 1 })).toBeVisible();
});

test.afterEach(async ({ browserName: _ }, info) => {
  if (info.status !== info.expectedStatus) await writeFile(info.outputPath('server.log'), product.output());
});

test.afterAll(async () => {
  await product?.dispose();
  rmSync(content, { recursive: true });
});

test('a saved text is on the page at once, and the shell is the same one', async () => {
  await expect(screen()).toContainText('$', { timeout: 30_000 });
  await type('mark=kept; echo $((40+2))-$mark\n');
  await expect(screen()).toContainText('42-kept');
  edit('chapter.md', (text) => text.replace('Nothing is shown', 'Nothing at all is shown'));
  await expect(page.getByText('Nothing at all is shown')).toBeVisible({ timeout: SOON_MS });
  await type('echo again-$mark\n');
  await expect(screen()).toContainText('again-kept');
});

test('a mistake is told with its place while the last readable text stays, and goes when it is mended', async () => {
  edit('chapter.md', (text) => text.replace('check="write-a-file"', 'check="gone"'));
  const told = page.getByText('live-basics/01-first-steps/chapter.md:9');
  await expect(told).toBeVisible({ timeout: SOON_MS });
  await expect(page.getByText('Nothing at all is shown')).toBeVisible();
  expect(await violations(page)).toEqual([]);
  for (const look of LOOKS) await shoot(page, 'learn-author-mistake', look);
  await page.setViewportSize({ width: 1440, height: 900 });
  edit('chapter.md', (text) => text.replace('check="gone"', 'check="write-a-file"'));
  await expect(told).toBeHidden({ timeout: SOON_MS });
});

test('a check that is changed runs in the author’s own sandbox, and its words are on the page', async () => {
  writeFileSync(
    file('checks/write-a-file.sh'),
    `[ -e /none ] && pass 'never'\nfail 'The new check is here.' 'a' 'b'\n`,
  );
  await expect(page.getByText('The new check is here.').first()).toBeVisible({ timeout: 2 * SOON_MS });
});
