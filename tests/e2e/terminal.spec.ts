import { writeFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { seedSchool } from '../support/seed-school.ts';
import { newHome, type ServedProduct, serveProduct } from '../support/served-product.ts';
import { atPrompt, join, newStudentContext, type Student } from './lesson-pages.ts';
import { look, shoot, violations } from './screenshots.ts';

/** The terminal in the page, as a student's hands know terminals. */
test.describe.configure({ mode: 'serial' });

let product: ServedProduct;
let mia: Student;
let page: Page;

test.beforeAll(async ({ browser }) => {
  const home = newHome();
  const school = await seedSchool(home);
  product = await serveProduct({ home, env: { CHAPTERHOUSE_DRIVER: 'bubblewrap' } });
  mia = await join(browser, { baseURL: product.url, code: school.open.code, name: 'Mia' });
  page = mia.page;
  await mia.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(product.url).origin });
});
test.afterEach(async ({ browserName: _ }, info) => {
  if (info.status !== info.expectedStatus) await writeFile(info.outputPath('server.log'), product.output());
});
test.afterAll(async () => {
  await product?.dispose();
});

/** The part of the page that is one shell, by its tab's name. */
const pane = (name: string, where = page) => where.getByRole('group', { name, exact: true });
const screenOf = (name: string, where = page) => pane(name, where).locator('.xterm-accessibility-tree');
const tab = (name: string) => page.getByRole('list', { name: 'Shells' }).getByRole('button', { name, exact: true });

async function typeInto(name: string, text: string, where = page): Promise<void> {
  await pane(name, where).locator('.xterm-helper-textarea').focus();
  await where.keyboard.type(text);
}

async function choose(menu: string, item: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: menu }).click();
  await page.getByRole('menu').getByText(item).click();
}
const SHELL_MENU = 'This shell: name, split, window';
const SETTINGS = 'Text size, settings and keys';

const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
const putOnClipboard = (text: string) => page.evaluate((words) => navigator.clipboard.writeText(words), text);

test('a shell is given a name by the keyboard, and keeps it', async () => {
  await atPrompt(page);
  await tab('shell 1').focus();
  await page.keyboard.press('F2');
  await page.keyboard.type('editor');
  await page.keyboard.press('Enter');
  await expect(tab('editor')).toBeVisible();
});

test('two shells stand side by side, and the keyboard moves between them and their divider', async () => {
  await typeInto('editor', 'echo first-$((40+2))\n');
  await expect(screenOf('editor')).toContainText('first-42');
  await page.keyboard.press('Control+Shift+D');
  await expect(screenOf('shell 2')).toContainText('$');
  await expect(pane('editor')).toBeVisible();
  await typeInto('shell 2', 'echo second-$((40+2))\n');
  await expect(screenOf('shell 2')).toContainText('second-42');
  await look(page, 'terminal-split');

  await page.keyboard.press('Control+Shift+ArrowLeft');
  await page.keyboard.type('echo back-in-$((1+0))\n');
  await expect(screenOf('editor')).toContainText('back-in-1');
  const width = async () => (await pane('editor').boundingBox())?.width ?? 0;
  const before = await width();
  await page.getByRole('separator', { name: 'Width or height of the two shells' }).focus();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(width).toBeLessThan(before);
  const box = await page.getByRole('separator', { name: 'Width or height of the two shells' }).boundingBox();
  if (!box) throw new Error('no divider');
  const narrowed = await width();
  await page.mouse.move(box.x + 3, box.y + 50);
  await page.mouse.down();
  await page.mouse.move(box.x + 103, box.y + 50, { steps: 5 });
  await page.mouse.up();
  await expect.poll(width).toBeGreaterThan(narrowed + 60);
});
