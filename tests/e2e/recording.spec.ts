import { writeFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { PASSWORD, seedSchool, TEACHERS } from '../support/seed-school.ts';
import { newHome, type ServedProduct, serveProduct } from '../support/served-product.ts';
import { answer, atPrompt, join, newStudentContext, type Student, screen, signIn, type } from './lesson-pages.ts';
import { look } from './screenshots.ts';

/** A teacher has the class's terminals recorded, the student is told first, and both play it back. */
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
  product = await serveProduct({ home, env: { CHAPTERHOUSE_DRIVER: 'bubblewrap' } });
  teacher = await (await newStudentContext(browser, product.url)).newPage();
});
test.afterEach(async ({ browserName: _ }, info) => {
  if (info.status !== info.expectedStatus) await writeFile(info.outputPath('server.log'), product.output());
});
test.afterAll(async () => {
  await product?.dispose();
});

const sign = (page: Page) => page.getByText('recorded for your class');

test('a student works, and nothing says or does recording', async ({ browser }) => {
  eve = await join(browser, { baseURL: product.url, code, name: 'Eve' });
  await atPrompt(eve.page);
  await type(eve.page, 'echo before-$((40 + 2))');
  await expect(screen(eve.page)).toContainText('before-42');
  await expect(sign(eve.page)).toHaveCount(0);
});

test('their teacher turns it on, for a number of days that makes sense', async () => {
  await signIn(teacher, { email: TEACHERS.ada, password: PASSWORD });
  await teacher.goto(`/teach/${classroomId}`);
  await teacher.getByRole('button', { name: 'Recording: off' }).click();
  const dialog = teacher.getByRole('dialog', { name: 'Record the terminals of this class' });
  await dialog.getByLabel('Record the terminals').check();
  await expect(dialog.getByLabel('Days kept')).toHaveValue('14');
  await dialog.getByLabel('Days kept').fill('365');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(dialog.getByLabel('Days kept')).toBeFocused();
  await look(teacher, 'recording-setting');
  await dialog.getByLabel('Days kept').fill('7');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(teacher.getByRole('button', { name: 'Recording: on' })).toBeVisible();
});

test('the student is told at once, and a sign beside the terminal says so from then on', async () => {
  await expect(eve.page.getByText('kept 7 days, and your teacher can watch it')).toBeVisible();
  await expect(sign(eve.page)).toHaveCount(0);
  await look(eve.page, 'recording-notice');
  await eve.page.getByRole('button', { name: 'I have read it' }).press('Enter');
  await expect(sign(eve.page)).toBeVisible();
  await expect(eve.page.getByRole('button', { name: 'I have read it' })).toHaveCount(0);
  await type(eve.page, 'printf "\\033[1;32mgreen\\033[0m and \\033[1;31mred\\033[0m, a euro: €\\n"');
  await type(eve.page, 'ls -l / | head; echo worked-$((40 + 2))');
  await expect(screen(eve.page)).toContainText('worked-42');
  await answer(eve.page, 'What just happened\\?', ['The daemon runs as root']);
  await look(eve.page, 'recording-sign');
});

test('their teacher finds it from the evidence and plays it, mark by mark', async () => {
  await teacher.getByRole('row').filter({ hasText: 'Eve' }).locator('td[data-col="0"]').click();
  const panel = teacher.getByRole('dialog', { name: 'Eve' });
  await panel.getByRole('link', { name: 'Recordings of this student' }).click();
  await expect(teacher.getByRole('heading', { name: 'Recordings of Eve' })).toBeVisible();
  await look(teacher, 'recording-list');
  const fetched = teacher.waitForResponse((response) => response.url().includes('/api/recordings/'));
  await teacher.getByRole('main').getByRole('listitem').getByRole('link').first().click();
  expect(await (await fetched).text()).toContain('worked-42');
  await expect(teacher.getByRole('heading', { name: 'Recording of Eve' })).toBeVisible();
  await expect(teacher.locator('.ap-player canvas')).toBeVisible();
  const mark = teacher.getByRole('button', { name: /worked-/ });
  await expect(mark).toBeVisible();
  await mark.press('Enter');
  // The mark itself may lie in the recording's first second.
  await teacher.locator('.ap-playback-button').click();
  await expect(teacher.locator('.ap-time-elapsed')).not.toHaveText('00:00');
  await teacher.getByLabel('Speed').selectOption('4');
  await expect(teacher.locator('.ap-player canvas')).toBeVisible();
  await look(teacher, 'recording-player');
});

test('the student plays their own, and cannot delete it', async () => {
  await eve.page.reload();
  await eve.page.getByRole('button', { name: /Eve/ }).press('Enter');
  await eve.page.getByRole('menuitem', { name: 'My recordings' }).press('Enter');
  await expect(eve.page.getByRole('heading', { name: 'My recordings' })).toBeVisible();
  await expect(eve.page.getByRole('button', { name: /Delete/ })).toHaveCount(0);
  await eve.page.getByRole('main').getByRole('listitem').getByRole('link').first().click();
  await expect(eve.page.locator('.ap-player canvas')).toBeVisible();
});

test('their teacher deletes it, and turns recording off', async () => {
  await teacher.goBack();
  await teacher
    .getByRole('button', { name: /^Delete/ })
    .first()
    .click();
  await teacher.getByRole('dialog').getByRole('button', { name: 'Delete it' }).click();
  await expect(teacher.getByText('Nothing is recorded')).toBeVisible();
  await teacher.goto(`/teach/${classroomId}`);
  await teacher.getByRole('button', { name: 'Recording: on' }).click();
  const dialog = teacher.getByRole('dialog');
  await dialog.getByLabel('Record the terminals').uncheck();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await expect(teacher.getByRole('button', { name: 'Recording: off' })).toBeVisible();
  await eve.page.goto(`/learn/virtualization/docker?class=${classroomId}`);
  await atPrompt(eve.page);
  await expect(sign(eve.page)).toHaveCount(0);
});
