import { readFile, writeFile } from 'node:fs/promises';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { seedSchool } from '../support/seed-school.ts';
import { newHome, type ServedProduct, serveProduct } from '../support/served-product.ts';
import { atPrompt, join, newStudentContext, type Student } from './lesson-pages.ts';
import { look, violations } from './screenshots.ts';

/** A student's files: sent in, looked at, edited beside the shell that changes them too. */
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
});
test.afterEach(async ({ browserName: _ }, info) => {
  if (info.status !== info.expectedStatus) await writeFile(info.outputPath('server.log'), product.output());
});
test.afterAll(async () => {
  await product?.dispose();
});

const screen = () => page.getByRole('group', { name: 'shell 1', exact: true }).locator('.xterm-accessibility-tree');
const uploads = () => page.getByRole('region', { name: 'Files on their way' });
const files = () => page.getByRole('region', { name: 'Files of your sandbox' });
const editor = () => files().locator('.cm-content');

async function type(text: string): Promise<void> {
  await page.getByRole('group', { name: 'shell 1', exact: true }).locator('.xterm-helper-textarea').focus();
  await page.keyboard.type(text);
}

/** As a hand does that lets files go over it. */
async function drop(target: Locator, name: string, content: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([fileName, text]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], fileName, { type: 'text/csv' }));
      return transfer;
    },
    [name, content] as const,
  );
  await target.dispatchEvent('dragenter', { dataTransfer });
  await target.dispatchEvent('dragover', { dataTransfer });
  await target.dispatchEvent('drop', { dataTransfer });
}

test('a file that is dropped on the terminal is in the shell’s folder', async () => {
  await atPrompt(page);
  await type('mkdir -p lesson && cd lesson\n');
  await expect(screen()).toContainText('~/lesson');
  await drop(screen(), 'data.csv', 'a,b\n1,2\n');
  await expect(uploads()).toContainText('~/lesson/data.csv is there');
  await type('cat data.csv; pwd\n');
  await expect(screen()).toContainText('1,2');
});

test('one of the same name is asked about, and both can be kept', async () => {
  await drop(screen(), 'data.csv', 'other\n');
  await expect(uploads()).toContainText('data.csv is already in ~/lesson');
  expect(await violations(page)).toEqual([]);
  await uploads().getByRole('button', { name: 'Keep both' }).click();
  await expect(uploads()).toContainText('~/lesson/data-2.csv is there');
  await type('grep -c 1,2 data.csv; cat "data-2.csv"\n');
  await expect(screen()).toContainText('other');
});

test('the folder is listed, and a file is edited and saved by the keyboard', async () => {
  await page.getByRole('button', { name: 'Files', exact: true }).click();
  await expect(files()).toContainText('lesson');
  await files().getByRole('button', { name: 'lesson', exact: true }).click();
  await expect(files()).toContainText('data-2.csv');
  await look(page, 'files-folder');
  await files().getByRole('button', { name: 'data.csv', exact: true }).click();
  await expect(editor()).toContainText('1,2');
  await page.keyboard.press('Control+End');
  await page.keyboard.type('3,4\n');
  await expect(files()).toContainText('not saved');
  await page.keyboard.press('Control+s');
  await expect(files()).toContainText('Saved: ~/lesson/data.csv');
  await look(page, 'files-editor');
  await type('tail -1 data.csv\n');
  await expect(screen()).toContainText('3,4');
});

test('what changed underneath is not overwritten: both can be kept', async () => {
  await type('echo 5,6 >> data.csv; echo un$((1))derneath\n');
  await expect(screen()).toContainText('un1derneath');
  await editor().focus();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('7,8\n');
  await page.keyboard.press('Control+s');
  await expect(files().getByRole('alert')).toContainText('Nothing was overwritten');
  await files().getByRole('button', { name: 'Show the difference' }).click();
  await expect(files().locator('.cm-editor')).toContainText('5,6');
  await look(page, 'files-conflict');
  await files().getByRole('button', { name: 'Keep both: save mine as a copy' }).click();
  await expect(files()).toContainText('Saved as a copy:');
  await type('cat data.csv | tr "\\n" " "; cat data-3.csv | tr "\\n" " "; echo\n');
  await expect(screen()).toContainText('a,b 1,2 3,4 5,6');
  await expect(screen()).toContainText('a,b 1,2 3,4 7,8');
});

test('the way out of the editor is Escape and Tab, and closing asks about what is not saved', async () => {
  await editor().focus();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('half');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  await expect(editor()).not.toBeFocused();
  await files().getByRole('button', { name: 'Back to the folder' }).click();
  await expect(files()).toContainText('What you typed is not saved.');
  await files().getByRole('button', { name: 'Discard' }).click();
  await expect(files()).toContainText('data.csv');
});

test('a file is downloaded as it is, and nobody else’s can be asked for', async ({ browser }) => {
  await files().getByRole('button', { name: 'Actions for data.csv' }).click();
  const saving = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Download' }).click();
  const download = await saving;
  expect(await readFile(await download.path(), 'utf8')).toBe('a,b\n1,2\n3,4\n5,6\n');
  const stranger = await newStudentContext(browser, product.url);
  const foreign = await stranger.request.get(download.url());
  expect(foreign.status()).toBeGreaterThanOrEqual(400);
  expect(await foreign.text()).not.toContain('5,6');
  await stranger.close();
});
