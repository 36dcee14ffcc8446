import { writeFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { seedSchool } from '../support/seed-school.ts';
import { newHome, type ServedProduct, serveProduct } from '../support/served-product.ts';
import { goToChapter, join, type Student, screen, step } from './lesson-pages.ts';
import { shoot, violations } from './screenshots.ts';

/** A chapter as something to read: on the screen and on paper. */
test.describe.configure({ mode: 'serial' });

let product: ServedProduct;
let code: string;
let ada: Student;

test.beforeAll(async () => {
  const home = newHome();
  code = (await seedSchool(home)).open.code;
  product = await serveProduct({ home });
});
test.afterEach(async ({ browserName: _ }, info) => {
  if (info.status !== info.expectedStatus) await writeFile(info.outputPath('server.log'), product.output());
});
test.afterAll(async () => {
  await product?.dispose();
});

test('who wrote a chapter, after whose work and under which licences stands below it', async ({ browser }) => {
  ada = await join(browser, { baseURL: product.url, code, name: 'Ada' });
  const chapters = {
    'what-virtualization-is': 'What virtualization is',
    'building-your-own': 'Building your own',
    apptainer: 'Apptainer',
    beyond: 'Comparing, and a task of your own',
  };
  for (const [chapterId, title] of Object.entries(chapters)) {
    await goToChapter(ada.page, title);
    const credits = ada.page.getByText(/^Based on: .*Laurent Modolo/);
    await expect(credits).toBeVisible();
    await expect(credits.getByRole('link', { name: 'CC-BY-SA-4.0' })).toHaveAttribute('href', /\/by-sa\/4\.0\/$/);
    await shoot(ada.page, `chapter-${chapterId}`, 'dark-390');
    await shoot(ada.page, `chapter-${chapterId}`, 'light-1440');
    expect(await violations(ada.page), chapterId).toEqual([]);
  }
});

test('a printed chapter is its whole text, and neither terminal nor opened help', async () => {
  await goToChapter(ada.page, 'What virtualization is');
  await step(ada.page, 'Who is who\\?')
    .getByRole('button', { name: /^Hint 1/ })
    .click();
  await ada.page.getByRole('button', { name: /Are you a guest\?$/ }).click();
  await step(ada.page, 'Are you a guest\\?').getByRole('button', { name: 'Show solution' }).click();
  const helps = [ada.page.getByRole('region', { name: 'Hint 1' }), ada.page.getByRole('region', { name: 'Solution' })];
  for (const help of helps) await expect(help).toBeVisible();

  await ada.page.emulateMedia({ media: 'print' });
  for (const help of helps) await expect(help).toBeHidden();
  await expect(screen(ada.page)).toBeHidden();
  await expect(ada.page.getByText('Such a picture of a guest')).toBeVisible();
  await expect(ada.page.getByText(/Laurent Modolo/)).toBeVisible();
  await shoot(ada.page, 'printed', 'light-1024');
  await ada.page.emulateMedia({ media: null });
  for (const help of helps) await expect(help).toBeVisible();
});
