import { writeFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { type ServedProduct, serveProduct } from '../support/served-product.ts';
import {
  claimAdmin,
  createClass,
  createTeacher,
  join,
  type Student,
  screen,
  signIn,
  TEACHER,
  type,
} from './lesson-pages.ts';
import { LOOKS, shoot, violations } from './screenshots.ts';

/** A sandbox from its limits to its end, on a machine whose sandboxes live for minutes. */
test.describe.configure({ mode: 'serial', timeout: 420_000 });

/** Shells without an engine are quick to make, and hold none of the kernel's limits: the page must say so. */
const SHORT = {
  CHAPTERHOUSE_DRIVER: 'bubblewrap',
  CHAPTERHOUSE_IDLE_MINUTES: '1',
  CHAPTERHOUSE_LIFETIME_MINUTES: '2.5',
  CHAPTERHOUSE_CEILING_IDLE_MINUTES: '60',
  CHAPTERHOUSE_CEILING_LIFETIME_MINUTES: '30',
  CHAPTERHOUSE_WARN_MINUTES: '1',
};

let product: ServedProduct;
let admin: Page;
let teacher: Page;
let ada: Student;
let code: string;

test.beforeAll(async ({ browser }) => {
  product = await serveProduct({ env: SHORT });
  const newPage = async () => await (await browser.newContext({ baseURL: product.url })).newPage();
  admin = await newPage();
  teacher = await newPage();
});

test.afterEach(async ({ browserName: _ }, info) => {
  if (info.status !== info.expectedStatus) await writeFile(info.outputPath('server.log'), product.output());
});

test.afterAll(async () => {
  await product?.dispose();
});

/** On a machine so busy that a minute passes before the prompt is there, the sandbox is idle by then: a new one is asked for. */
const prompted = async (page: Page) => {
  await expect(async () => {
    const again = page.getByRole('button', { name: 'New sandbox' });
    if (await again.isVisible()) await again.click();
    await expect(screen(page)).toContainText('student@lab', { timeout: 10_000 });
  }).toPass({ timeout: 150_000 });
};

const look = async (page: Page, name: string) => {
  for (const one of LOOKS) await shoot(page, name, one);
  expect(await violations(page)).toEqual([]);
  await page.setViewportSize({ width: 1440, height: 900 });
};

test('the admin sets defaults and ceilings, and reads which of them this machine cannot hold', async () => {
  await claimAdmin(admin, product.setupLink ?? '');
  await createTeacher(admin);
  const section = admin.getByRole('region', { name: 'Limits of a sandbox' });
  await expect(section.getByText('not enforced')).toHaveCount(4);
  await expect(section.getByText('kept by the server')).toHaveCount(2);
  const memory = section.getByLabel('Memory, MiB: Ceiling');
  await memory.fill('100');
  await section.getByRole('button', { name: 'Save limits' }).click();
  await expect(memory).toHaveAttribute('aria-invalid', 'true');
  await memory.fill('2048');
  await section.getByRole('button', { name: 'Save limits' }).click();
  await expect(section.getByText('Saved. It holds for the next sandbox.')).toBeVisible();
  await section.scrollIntoViewIfNeeded();
  await look(admin, 'admin-limits');
  await admin.reload();
  await expect(memory).toHaveValue('2048');
});

test('the teacher sets the limits of a class, within the ceilings', async () => {
  await signIn(teacher, TEACHER);
  code = await createClass(teacher, 'Unix 2026, group C');
  const dialog = teacher.getByRole('dialog');
  const open = () => teacher.getByRole('button', { name: 'Limits', exact: true }).click();
  await open();
  const memory = dialog.getByLabel('Memory, MiB');
  await memory.fill('4096');
  await dialog.getByRole('button', { name: 'Save limits' }).click();
  await expect(dialog.getByText('A whole number from 128 to 2,048.')).toBeVisible();
  await expect(memory).toBeFocused();
  await look(teacher, 'teach-limits');
  await memory.fill('512');
  await dialog.getByRole('button', { name: 'Save limits' }).click();
  await expect(dialog).toBeHidden();
  await open();
  await expect(memory).toHaveValue('512');
  await dialog.getByRole('button', { name: 'Cancel' }).last().click();
});

test('a student who does nothing is told so in page and terminal, and stays by one click', async ({ browser }) => {
  ada = await join(browser, { baseURL: product.url, code, name: 'Ada' });
  const { page } = ada;
  // Before the wait: a shell answers a new size with a new prompt, and that is output.
  await page.setViewportSize({ width: 1440, height: 900 });
  await prompted(page);
  const stay = page.getByRole('button', { name: 'I’m still here' });
  await expect(stay).toBeVisible({ timeout: 60_000 });
  await expect(screen(page)).toContainText('Chapterhouse: this sandbox is put away at');
  await stay.click();
  await expect(stay).toBeHidden();
  // The line stands above the prompt, and the prompt still takes commands.
  await type(page, 'echo still $((20 + 3))');
  await expect(screen(page)).toContainText('still 23');
});

test('a program that runs is no idling; its time is told beside it, and one click gives more', async () => {
  const { page } = ada;
  await type(page, 'seq 5000 5300 | less');
  await expect(screen(page)).toContainText('5017');
  const more = page
    .getByRole('region', { name: 'Your sandbox will end' })
    .getByRole('button', { name: 'Give it more time' });
  await expect(more).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText(/^Ends at \d\d:\d\d$/)).toBeVisible();
  await expect(screen(page)).not.toContainText('Chapterhouse: the time');
  await more.click();
  await expect(more).toBeHidden();
});

test('after its end the true reason stays, over a reload too, and one click begins a new one', async () => {
  const { page } = ada;
  const ended = page.getByRole('heading', { name: 'Your sandbox has ended' });
  await expect(page.getByRole('button', { name: 'Give it more time' })).toBeVisible({ timeout: 150_000 });
  // Nothing waits for these pictures: on a slow machine the last of them may show the end already.
  await look(page, 'learn-warning');
  await expect(ended).toBeVisible({ timeout: 120_000 });
  const why = page.getByText('Its time was up.');
  await expect(why).toBeVisible();
  await look(page, 'learn-ended');
  await product.stop('SIGKILL');
  product = await serveProduct({ home: product.home, env: { ...SHORT, CHAPTERHOUSE_PORT: new URL(product.url).port } });
  await page.reload();
  await expect(why).toBeVisible();
  // Again where the first click came before the page's own code.
  await prompted(page);
  await expect(ended).toBeHidden();
});
