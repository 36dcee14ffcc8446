import { writeFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { PASSWORD, seedSchool, TEACHERS } from '../support/seed-school.ts';
import { newHome, type ServedProduct, serveProduct } from '../support/served-product.ts';
import { atPrompt, join, newStudentContext, type Student, screen, signIn, type } from './lesson-pages.ts';
import { look } from './screenshots.ts';

/** A teacher looks for a student's fault in a copy of their sandbox. */
test.describe.configure({ mode: 'serial' });

let product: ServedProduct;
let classroomId: string;
let code: string;
let eve: Student;
let teacher: Page;

test.beforeAll(async ({ browser }) => {
  const home = newHome();
  const school = await seedSchool(home);
  ({ code, classroomId } = school.open);
  product = await serveProduct({ home });
  teacher = await (await newStudentContext(browser, product.url)).newPage();
});
test.afterEach(async ({ browserName: _ }, info) => {
  if (info.status !== info.expectedStatus) await writeFile(info.outputPath('server.log'), product.output());
});
test.afterAll(async () => {
  await product?.dispose();
});

test('a student has gone wrong somewhere', async ({ browser }) => {
  eve = await join(browser, { baseURL: product.url, code, name: 'Eve' });
  await atPrompt(eve.page);
  await type(eve.page, 'docker create --name fault alpine true && echo wrong > work.txt; cat work.txt');
  await expect(screen(eve.page)).toContainText('wrong', { timeout: 60_000 });
});

test('their teacher opens a copy from the evidence', async () => {
  await signIn(teacher, { email: TEACHERS.ada, password: PASSWORD });
  await teacher.goto(`/teach/${classroomId}`);
  await teacher.getByRole('row').filter({ hasText: 'Eve' }).locator('td[data-col="0"]').click();
  const panel = teacher.getByRole('dialog', { name: 'Eve' });
  await expect(panel.getByRole('heading', { name: 'Look into the sandbox' })).toBeVisible();
  await look(teacher, 'copy-offer');
  await panel.getByRole('button', { name: 'Open a copy' }).press('Enter');
  await expect(teacher.getByRole('heading', { name: 'Copy of Eve’s sandbox' })).toBeVisible({ timeout: 60_000 });
  await atPrompt(teacher);
  await look(teacher, 'copy-open');
});

test('files and containers are there, and what the teacher does stays in the copy', async () => {
  await type(teacher, 'cat work.txt; docker ps -a --format "{{.Names}} is here"; rm work.txt');
  await expect(screen(teacher)).toContainText('fault is here', { timeout: 60_000 });
  await expect(screen(teacher)).toContainText('wrong');
  await type(eve.page, 'echo still $(cat work.txt | tr a-z A-Z)');
  await expect(screen(eve.page)).toContainText('still WRONG');
});

test('they close it, and the student’s own goes on', async () => {
  await teacher.getByRole('button', { name: 'Close the copy' }).click();
  await expect(teacher.getByRole('heading', { name: 'The copy is closed' })).toBeVisible();
  await look(teacher, 'copy-closed');
  await type(eve.page, 'echo alive-$((40 + 2))');
  await expect(screen(eve.page)).toContainText('alive-42');
});
