import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, type Page, test } from '@playwright/test';
import { newCourse } from '#server/authoring/new-course.ts';
import { membersOf, tarOf, zipOf } from '../support/packed-course.ts';
import { ADMIN, PASSWORD, seedSchool, TEACHERS } from '../support/seed-school.ts';
import { newHome, type ServedProduct, serveProduct } from '../support/served-product.ts';
import { newStudentContext, signIn } from './lesson-pages.ts';
import { LOOKS, shoot, violations } from './screenshots.ts';

/** A course from elsewhere: brought by the admin, taught in a class, renewed, and the class moved on. */
test.describe.configure({ mode: 'serial' });

let product: ServedProduct;
let above: string;
let admin: Page;
let teacher: Page;
let student: Page;
const courseDir = () => path.join(above, 'files-basics');
const section = () => admin.getByRole('region', { name: 'Courses from elsewhere' });
const upload = (name: string, buffer: Buffer) =>
  section().getByLabel('Upload a course’s archive').setInputFiles({ name, mimeType: 'application/gzip', buffer });
const packed = async () => gzipSync(await tarOf(membersOf(courseDir())));
const edit = (file: string, change: (text: string) => string) => {
  const at = path.join(courseDir(), '01-first-steps', file);
  writeFileSync(at, change(readFileSync(at, 'utf8')));
};

test.beforeAll(async ({ browser }) => {
  above = mkdtempSync(path.join(tmpdir(), 'elsewhere-'));
  // The server is another user.
  chmodSync(above, 0o755);
  newCourse({ courseDir: courseDir(), contentDir: path.resolve('content') });
  const home = newHome();
  await seedSchool(home);
  product = await serveProduct({ home, env: { CHAPTERHOUSE_DRIVER: 'bubblewrap' } });
  const page = async () => (await browser.newContext({ baseURL: product.url })).newPage();
  admin = await page();
  await signIn(admin, { email: ADMIN, password: PASSWORD });
  teacher = await page();
  await signIn(teacher, { email: TEACHERS.ada, password: PASSWORD });
  await admin.goto('/admin');
});

test.afterEach(async ({ browserName: _ }, info) => {
  if (info.status !== info.expectedStatus) await writeFile(info.outputPath('server.log'), product.output());
});

test.afterAll(async () => {
  await product?.dispose();
  rmSync(above, { recursive: true });
});

test('a course with mistakes is refused, each with file, line and what to do', async () => {
  const broken = membersOf(courseDir()).map(({ name, content }) => ({
    name,
    content: Buffer.from(content.toString().replace('check="write-a-file"', 'check="gone"')),
  }));
  await upload('broken.zip', zipOf(broken));
  await expect(section().getByText('Not imported. What stands in the way:')).toBeVisible({ timeout: 30_000 });
  await expect(section().getByText('there is no check "gone"').first()).toBeVisible();
  await expect(section().getByText('files-basics/01-first-steps/chapter.md, line 9')).toBeVisible();
  await upload('holiday.tar.gz', Buffer.from('no archive at all'));
  await expect(section().getByText(/cannot be read/)).toBeVisible({ timeout: 30_000 });
  await expect(section().getByText('No course from elsewhere yet.')).toBeVisible();
});

test('a packed course is there as version 1, and a class can work with it', async () => {
  await upload('files-basics.tar.gz', await packed());
  await expect(section().getByText('files-basics is here as version 1.')).toBeVisible({ timeout: 30_000 });
  const row = section().getByRole('row').filter({ hasText: 'Files basics' });
  await expect(row).toContainText('2 steps');
  await expect(row).toContainText('files-basics.tar.gz');
  expect(await violations(admin)).toEqual([]);
  for (const look of LOOKS) {
    await admin.setViewportSize({ width: Number(look.split('-')[1]), height: 900 });
    await section().evaluate((element) => element.scrollIntoView());
    await shoot(admin, 'admin-courses', look);
  }
  await admin.setViewportSize({ width: 1440, height: 900 });
  await teacher.goto('/teach');
  await teacher.getByRole('button', { name: 'New class' }).first().click();
  const dialog = teacher.getByRole('dialog');
  await dialog.getByText('Files basics').click();
  await dialog.getByLabel('Name of the class').fill('Friday');
  await dialog.getByRole('button', { name: 'Create class' }).click();
  const code = await dialog.getByText(/^[A-Z]+-\d+$/).textContent();
  await dialog.getByRole('link', { name: 'Open the live class' }).click();
  await expect(teacher.getByRole('button', { name: 'Version 1', exact: true })).toBeVisible();
  student = await (await newStudentContext(teacher.context().browser() ?? fail(), product.url)).newPage();
  await student.goto('/');
  await student.getByLabel('Class code').fill(code ?? '');
  await student.getByLabel('Your name').fill('Ada');
  await student.getByRole('button', { name: 'Join' }).click();
  await student.getByRole('link', { name: 'Go to the chapter' }).click();
  await expect(student.getByRole('heading', { name: 'First steps', level: 1 })).toBeVisible();
  await student.getByRole('button', { name: /What happened\?/ }).click();
  await student.getByText('The word went into the file instead of the screen.').click();
  await student.getByRole('button', { name: 'Answer', exact: true }).click();
  await expect(student.getByText('A program writes to its standard output.', { exact: false })).toBeVisible();
});

test('a new version reaches the class when its teacher says so, and what was passed stays', async () => {
  for (const file of ['chapter.md', 'chapter.fr.md']) {
    edit(file, (text) =>
      text.replace('id="write-a-file"', 'id="make-a-file"').replace('title="Write a file"', 'title="Make a file"'),
    );
  }
  await admin.goto('/admin');
  await section().getByLabel('Folder on this machine').fill(courseDir());
  await section().getByRole('button', { name: 'Import the folder' }).click();
  await expect(section().getByText('files-basics is here as version 2.')).toBeVisible({ timeout: 30_000 });
  await expect(section().getByRole('button', { name: 'Remove version 1 of Files basics' })).toBeDisabled();
  await student.reload();
  await expect(student.getByRole('heading', { name: 'Write a file' })).toBeVisible();
  await teacher.reload();
  await teacher.getByRole('button', { name: 'Version 1 (new: 2)' }).click();
  const dialog = teacher.getByRole('dialog');
  await expect(dialog.getByText('1 new step')).toBeVisible();
  await expect(dialog.getByText('Make a file')).toBeVisible();
  await expect(dialog.getByText('1 step is gone')).toBeVisible();
  expect(await violations(teacher)).toEqual([]);
  for (const look of LOOKS) await shoot(teacher, 'teach-course-version', look);
  await dialog.getByRole('button', { name: 'Move the class to version 2' }).click();
  await expect(teacher.getByRole('button', { name: 'Version 2', exact: true })).toBeVisible();
  await student.reload();
  await expect(student).toHaveURL(/\/learn\/files-basics--v2\//);
  await expect(student.getByRole('heading', { name: 'Make a file' })).toBeVisible();
  await expect(student.getByText('A program writes to its standard output.', { exact: false })).toBeAttached();
});

test('a version that no class needs is removed; an address inside this network is not asked', async () => {
  await admin.goto('/admin');
  await section().getByRole('button', { name: 'Remove version 1 of Files basics' }).click();
  await admin.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect(section().getByRole('row').filter({ hasText: 'Files basics' })).toHaveCount(1);
  await section().getByLabel('Address of a git repository').fill('https://127.0.0.1/course.git');
  await section().getByRole('button', { name: 'Import from git' }).click();
  await expect(section().getByText('leads into this network')).toBeVisible({ timeout: 30_000 });
});

const fail = (): never => {
  throw new Error('the browser is gone');
};
