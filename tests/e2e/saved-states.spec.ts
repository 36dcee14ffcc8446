import { writeFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { seedSchool } from '../support/seed-school.ts';
import { newHome, type ServedProduct, serveProduct } from '../support/served-product.ts';
import { atPrompt, join, type Student, screen, type } from './lesson-pages.ts';
import { look } from './screenshots.ts';

/** A student saves a state, breaks their sandbox and goes back to what was saved. */
test.describe.configure({ mode: 'serial' });

let product: ServedProduct;
let code: string;
let ada: Student;

test.beforeAll(async () => {
  const home = newHome();
  const school = await seedSchool(home);
  code = school.open.code;
  product = await serveProduct({ home });
});
test.afterEach(async ({ browserName: _ }, info) => {
  if (info.status !== info.expectedStatus) await writeFile(info.outputPath('server.log'), product.output());
});
test.afterAll(async () => {
  await product?.dispose();
});

const openSaved = async (page: Page) => {
  await page.getByRole('button', { name: /^Your sandbox/ }).click();
  await page.getByRole('menuitem', { name: 'Saved states…' }).click();
  return page.getByRole('dialog', { name: 'Saved states of your sandbox' });
};

test('a student saves a state of their sandbox', async ({ browser }) => {
  ada = await join(browser, { baseURL: product.url, code, name: 'Ada' });
  await atPrompt(ada.page);
  await type(ada.page, 'echo precious > keep.txt; cat keep.txt');
  await expect(screen(ada.page)).toContainText('precious');
  const dialog = await openSaved(ada.page);
  await expect(dialog.getByText('Nothing is saved yet.')).toBeVisible();
  await look(ada.page, 'saved-empty');
  await dialog.getByLabel('Name').fill('before I break it');
  await dialog.getByRole('button', { name: 'Save this state' }).click();
  await expect(dialog.getByRole('listitem')).toContainText('files, images and containers', { timeout: 60_000 });
  await expect(dialog.getByText('1 of 3 used.')).toBeVisible();
  await look(ada.page, 'saved-one');
  await ada.page.keyboard.press('Escape');
});

test('they give it a better name by keyboard', async () => {
  const dialog = await openSaved(ada.page);
  await dialog.getByRole('button', { name: 'Rename: before I break it' }).press('Enter');
  await expect(dialog.getByLabel('New name')).toBeFocused();
  await look(ada.page, 'saved-renaming');
  await ada.page.keyboard.press('Escape');
  await expect(dialog.getByRole('button', { name: 'Rename: before I break it' })).toBeFocused();
  await ada.page.keyboard.press('Enter');
  await ada.page.keyboard.type('all is well');
  await ada.page.keyboard.press('Enter');
  await expect(dialog.getByRole('listitem')).toContainText('all is well');
  await ada.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('what is broken afterwards is whole again when they go back to it', async () => {
  await type(ada.page, 'rm -rf ~/* && ls | wc -l && echo all-$((6 * 7))-gone');
  await expect(screen(ada.page)).toContainText('all-42-gone');
  const dialog = await openSaved(ada.page);
  await dialog.getByRole('button', { name: 'Go back: all is well' }).click();
  await expect(dialog.getByRole('alert')).toContainText('what you did since then is gone');
  await look(ada.page, 'saved-asking');
  await dialog.getByRole('button', { name: 'Replace my sandbox' }).click();
  await expect(dialog).toBeHidden({ timeout: 60_000 });
  await expect(screen(ada.page)).not.toContainText('all-42-gone', { timeout: 60_000 });
  await atPrompt(ada.page);
  await type(ada.page, 'cat keep.txt');
  await expect(screen(ada.page)).toContainText('precious');
});

test('a deleted state is gone', async () => {
  const dialog = await openSaved(ada.page);
  await dialog.getByRole('button', { name: 'Delete: all is well' }).click();
  await dialog.getByRole('button', { name: 'Delete it' }).click();
  await expect(dialog.getByText('Nothing is saved yet.')).toBeVisible();
});
