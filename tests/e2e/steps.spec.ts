import { rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { PASSWORD, seedSchool, TEACHERS } from '../support/seed-school.ts';
import { newHome, type ServedProduct, serveProduct } from '../support/served-product.ts';
import { stepCourseFolder } from '../support/step-course.ts';
import { atPrompt, isDone, join, newStudentContext, run, type Student, signIn, step } from './lesson-pages.ts';
import { look } from './screenshots.ts';

/** What a step can ask, what its check tells, and what the teacher and the results say of it. */
test.describe.configure({ mode: 'serial' });

let product: ServedProduct;
let content: string;
let classroomId: string;
let code: string;
let eve: Student;
let teacher: Page;
/** Eve's own value. */
let file = '';

test.beforeAll(async ({ browser }) => {
  const home = newHome();
  const school = await seedSchool(home);
  ({ code, classroomId } = school.open);
  content = stepCourseFolder();
  product = await serveProduct({ home, env: { CHAPTERHOUSE_DRIVER: 'bubblewrap', CHAPTERHOUSE_CONTENT: content } });
  teacher = await (await newStudentContext(browser, product.url)).newPage();
});
test.afterEach(async ({ browserName: _ }, info) => {
  if (info.status !== info.expectedStatus) await writeFile(info.outputPath('server.log'), product.output());
});
test.afterAll(async () => {
  await product?.dispose();
  rmSync(content, { recursive: true, force: true });
});

const ORDER = [
  'The image is pulled',
  'The container is created',
  'Its first process starts',
  'The process ends, and the container stops',
];

test('lines are put in order by keyboard alone, and the page does not know the right order', async ({ browser }) => {
  eve = await join(browser, { baseURL: product.url, code, name: 'Eve', chapter: 'Kinds of steps' });
  const { page } = eve;
  await atPrompt(page);
  const source = await (await page.request.get(page.url())).text();
  expect(source).toContain('The image is pulled');
  expect(source).not.toContain('An image is needed before');
  const here = step(page, 'In order');
  await here.getByRole('button', { name: 'Answer' }).press('Enter');
  await expect(here.getByText('Not in this order yet')).toBeVisible();
  await look(page, 'steps-order');
  for (const [place, line] of ORDER.entries()) {
    const row = here.locator('li[data-line]').filter({ hasText: line });
    const up = row.getByRole('button', { name: `Move up: ${line}` });
    const placeOf = async () => Number(await row.locator('span').first().textContent());
    while ((await placeOf()) > place + 1) {
      await up.press('Enter');
      await expect(row.locator(':focus')).toBeVisible();
    }
  }
  await here.getByRole('button', { name: 'Answer' }).press('Enter');
  await isDone(page, 'In order');
  await expect(here.getByText('An image is needed before')).toBeVisible();
});

test('each left side gets its right one by a list', async () => {
  const { page } = eve;
  const here = step(page, 'In pairs');
  await expect(here.getByRole('button', { name: 'Answer' })).toBeDisabled();
  for (const tool of ['Docker', 'VirtualBox', 'Apptainer'])
    await here.getByLabel(tool).selectOption('OS level: one kernel for all');
  await here.getByRole('button', { name: 'Answer' }).click();
  await expect(here.getByText('Not all of these belong together')).toBeVisible();
  await look(page, 'steps-match');
  await here.getByLabel('VirtualBox').selectOption('full: a whole machine');
  await here.getByRole('button', { name: 'Answer' }).click();
  await isDone(page, 'In pairs');
});

test('a free answer is sent, shown as it was written, and still there after a reload', async () => {
  const { page } = eve;
  const here = step(page, 'In your words');
  await here.getByRole('textbox', { name: 'In your words' }).fill('That <b>nothing</b> is\nsimulated: $(true)');
  await look(page, 'steps-free');
  await here.getByRole('button', { name: 'Send' }).click();
  await isDone(page, 'In your words');
  await page.reload();
  await here.getByRole('button', { name: /In your words$/ }).click();
  await expect(here.getByText('That <b>nothing</b> is simulated: $(true)')).toBeVisible();
  await expect(here.getByText('A good answer names one thing')).toBeVisible();
});

test('a check tells its parts, a hint fits what it saw, and the next is offered after the same answer again', async () => {
  const { page } = eve;
  await atPrompt(page);
  const here = step(page, 'Two parts');
  await run(page, 'Two parts', 'touch ~/first');
  // Without containers a shell does not tell of its commands: the check is asked for.
  await expect(async () => {
    await here.getByRole('button', { name: 'Check now' }).click();
    await expect(here.getByText('The file first is there done')).toBeVisible({ timeout: 3000 });
  }).toPass();
  await expect(here.getByText('The second file is there not yet')).toBeVisible();
  await expect(here.getByText('1.5 of 3 points')).toBeVisible();
  for (let again = 0; again < 2; again += 1) {
    await here.getByRole('button', { name: 'Check now' }).click();
    await expect(here.getByRole('button', { name: 'Check now' })).toBeEnabled();
  }
  await expect(here.getByText('There is a hint, if you want one')).toBeVisible();
  await here.getByRole('button', { name: 'A hint for what the check saw' }).click();
  const hint = await here.getByText(/The second is called/).textContent();
  file = /called (\w+)\./.exec(hint ?? '')?.[1] ?? '';
  await look(page, 'steps-parts');
  await here.getByRole('button', { name: 'Show solution' }).click();
  await expect(page.getByText('{{')).toHaveCount(0);
  await run(page, 'Two parts', `touch ~/first ~/${file}`);
  await isDone(page, 'Two parts');
});

test('the teacher sees points, answers and help', async () => {
  await signIn(teacher, { email: TEACHERS.ada, password: PASSWORD });
  await teacher.goto(`/teach/${classroomId}`);
  const row = teacher.getByRole('row').filter({ hasText: 'Eve' });
  await expect(row).toContainText('7');
  await look(teacher, 'steps-grid');
  await teacher.locator('tr[data-row] td[data-col="2"]').click();
  const panel = teacher.getByRole('dialog');
  await expect(panel.getByText('That <b>nothing</b> is')).toBeVisible();
  await panel.getByRole('button', { name: 'Next step' }).click();
  await expect(panel.getByText('opened and run')).toBeVisible();
  await expect(panel.getByText('The second file is there done')).toBeVisible();
  await panel.getByRole('button', { name: 'Show this student’s' }).click();
  await expect(panel.getByText(file, { exact: true })).toBeVisible();
  await look(teacher, 'steps-evidence');
  await panel.getByRole('link', { name: 'Results of this student' }).click();
  await expect(teacher.getByRole('heading', { name: 'Results of Eve' })).toBeVisible();
});

test('the results say what was done, on paper too', async () => {
  const { page } = eve;
  await page.getByRole('button', { name: 'You are: Eve' }).click();
  await page.getByRole('menuitem', { name: 'My results' }).click();
  await expect(page.getByRole('heading', { name: 'My results' })).toBeVisible();
  await expect(page.getByText('7 of 7').first()).toBeVisible();
  await expect(page.getByRole('row', { name: /Two parts/ })).toContainText('with the solution opened');
  await look(page, 'results');
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('button', { name: 'Print' })).toBeHidden();
  await page.emulateMedia({ media: 'screen' });
});
