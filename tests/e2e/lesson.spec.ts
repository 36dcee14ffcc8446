import { writeFile } from 'node:fs/promises';
import { type Browser, expect, type Page, test } from '@playwright/test';
import { type ServedProduct, serveProduct } from '../support/served-product.ts';
import {
  answer,
  atPrompt,
  claimAdmin,
  createClass,
  createTeacher,
  isDone,
  join,
  newStudentContext,
  run,
  type Student,
  screen,
  signIn,
  step,
  TEACHER,
  type,
} from './lesson-pages.ts';
import { LOOKS, shoot, violations } from './screenshots.ts';

/** One lesson from a fresh installation to the teacher's grid: each test goes on where the one before it stopped. */
test.describe.configure({ mode: 'serial' });

let product: ServedProduct;
let code: string;
let ada: Student;
let teacher: Page;
let admin: Page;

const newPage = async (browser: Browser) => await (await browser.newContext({ baseURL: product.url })).newPage();

test.beforeAll(async ({ browser }) => {
  product = await serveProduct();
  admin = await newPage(browser);
  teacher = await newPage(browser);
});

test.afterEach(async ({ browserName: _ }, info) => {
  if (info.status !== info.expectedStatus) await writeFile(info.outputPath('server.log'), product.output());
});

test.afterAll(async () => {
  await product?.dispose();
});

const rowOf = (name: string) => teacher.getByRole('row').filter({ hasText: name });

/** The column of a step by its place in the chapter about Docker; other chapters stand before it. */
async function columnOf(position: number): Promise<string> {
  const first = await teacher.locator('thead th[data-col][aria-label$="Find the daemon"]').getAttribute('data-col');
  return `td[data-col="${Number(first) + position - 1}"]`;
}

/** A square of the one student's row. */
const cellOf = async (position: number) => teacher.locator(`tr[data-row] ${await columnOf(position)}`);

test('the one-time link makes its opener the admin, and works once', async ({ browser }) => {
  expect(product.setupLink).not.toBeNull();
  const link = product.setupLink ?? '';
  await claimAdmin(admin, link);
  const second = await newPage(browser);
  await second.goto(link);
  await expect(second.getByRole('heading', { name: 'This link has been used' })).toBeVisible();
  await second.context().close();
});

test('the admin sees engine and image become ready, and creates a teacher', async () => {
  await expect(admin.getByText(/Ready for a lesson/)).toBeVisible({ timeout: 100_000 });
  await createTeacher(admin);
});

test('the teacher signs in and creates a class with a code', async () => {
  await signIn(teacher, TEACHER);
  code = await createClass(teacher, 'Unix 2026, group B');
  expect(code).toMatch(/^[A-Z]+-\d+$/);
  await expect(teacher.getByText('Nobody has joined yet')).toBeVisible();
});

test('a student joins by code and name, and has a prompt within seconds', async ({ browser }) => {
  ada = await join(browser, { baseURL: product.url, code, name: 'Ada' });
  await atPrompt(ada.page);
  await expect(teacher.getByRole('rowheader', { name: /Ada/ })).toBeVisible();
  await expect(await cellOf(1)).toHaveAccessibleName('open, nothing tried yet, is here');
});

test('Run types a command, and the step turns green by itself on both pages', async () => {
  // Docker rests until somebody asks about it; who does finds it awake.
  await run(ada.page, 'Find the daemon', 'systemctl status docker');
  await expect(screen(ada.page)).toContainText('active (running)', { timeout: 60_000 });
  await isDone(ada.page, 'Find the daemon');
  await expect(await cellOf(1)).toHaveAccessibleName(/^done/);
});

test('a wrong try says what was seen and what was wanted, to the student and to the teacher', async () => {
  await type(ada.page, 'docker run alpine:latest');
  const card = ada.page.getByText(/ended at once/).first();
  await expect(card).toBeVisible({ timeout: 60_000 });
  await expect(ada.page.getByText('Wanted', { exact: true }).first()).toBeVisible();
  await shoot(ada.page, 'learn-trying', 'light-1440');
  await expect(await cellOf(2)).toHaveAccessibleName(/^1 try, not yet, is here/);
  await expect(await cellOf(3)).toHaveAccessibleName('not begun');
});

test('a container is run, left and counted', async () => {
  await run(ada.page, 'Run a first container', 'docker run -it alpine:latest');
  await expect(screen(ada.page)).toContainText('/ #');
  await run(ada.page, 'Run a first container', 'exit');
  await isDone(ada.page, 'Run a first container');
});

test('questions are answered on the page', async () => {
  await answer(ada.page, 'Who are you in there\\?', [
    'Inside, id says user 0: root.',
    'Inside, $USER is empty: nobody logged in, a program was merely started.',
    'Inside and outside, uname -r names the same kernel.',
  ]);
});

test('the group docker makes its member an administrator of the own sandbox', async () => {
  const title = 'Become an administrator';
  await run(ada.page, title, 'docker run -it --volume /:/root/chroot alpine:latest');
  await expect(screen(ada.page)).toContainText(/\/ # ?$/m);
  await run(ada.page, title, 'chroot /root/chroot /bin/bash');
  await expect(screen(ada.page)).toContainText(/root@/);
  await run(ada.page, title, 'usermod -a -G sudo student');
  await run(ada.page, title, 'exit\nexit');
  await isDone(ada.page, title);
  await answer(ada.page, 'What just happened\\?', [
    "The daemon runs as root and does what any member of the group docker asks, mounting the host's disk included.",
  ]);
});

test('a service runs in the background, is listed, looked into, stopped, removed, and its image too', async () => {
  test.setTimeout(240_000);
  const steps: [string, string[]][] = [
    ['Run a service in the background', ['docker run -d -p 8787:8787 --name web chapterhouse/hello-web']],
    ['List what runs', ['docker ps']],
    ['Run a command inside', ['docker exec web ps']],
    ['Stop it', ['docker stop web']],
    ['Remove the container', ['docker rm web']],
    ['Remove the image', ['docker rmi chapterhouse/hello-web']],
  ];
  for (const [title, commands] of steps) {
    for (const command of commands) await run(ada.page, title, command);
    await isDone(ada.page, title);
  }
  await expect(await cellOf(11)).toHaveAccessibleName(/^done/);
});

test('an image of another system is refused for the true reason', async () => {
  await run(ada.page, 'An image of another system', 'docker run registry.lab:5000/windows/servercore:ltsc2019');
  await expect(screen(ada.page)).toContainText('no matching manifest for linux');
  await answer(ada.page, 'An image of another system', [
    'The programs in the image are made for the Windows kernel, and the only kernel here is Linux.',
  ]);
});

test('with its last question answered the chapter is done', async () => {
  await answer(ada.page, 'Where images come from', [
    'Look who publishes the image, and how it is built.',
    'Name an exact version instead of latest.',
    'Prefer a registry of your field that builds images openly, such as BioContainers.',
  ]);
  await expect(ada.page.getByRole('heading', { name: 'Chapter done' })).toBeVisible();
  await expect(await cellOf(13)).toHaveAccessibleName(/^done/);
});

test('back at the start of a step, all before it is done for the student, and no progress is lost', async () => {
  test.setTimeout(300_000);
  await step(ada.page, 'Stop it').getByRole('button', { name: 'Back to the start of this step' }).click();
  await shoot(ada.page, 'step-start-asking', 'dark-390');
  expect(await violations(ada.page)).toEqual([]);
  await shoot(ada.page, 'step-start-asking', 'light-1440');
  await ada.page.getByRole('dialog').getByRole('button', { name: 'Replace my sandbox' }).click();
  await expect(ada.page.getByText(/\d+ of \d+ steps done …/)).toBeVisible();
  await shoot(ada.page, 'step-start-working', 'light-1440');
  await expect(ada.page.getByText(/\d+ of \d+ steps done …/)).toBeHidden({ timeout: 240_000 });
  await atPrompt(ada.page);
  await type(ada.page, "clear; docker ps --format 'runs:{{.Names}}'");
  await expect(screen(ada.page)).toContainText('runs:web');
  await isDone(ada.page, 'Remove the image');
});

test('a reload keeps the progress and the very same shell', async () => {
  await type(ada.page, 'kept=in-this-shell; clear');
  await ada.page.reload();
  await isDone(ada.page, 'Remove the image');
  await type(ada.page, 'echo still-$kept');
  await expect(screen(ada.page)).toContainText('still-in-this-shell');
});

test('the shell knows the window’s size, and a new one', async () => {
  const columns = async () => {
    await type(ada.page, 'clear; echo columns=$(tput cols)');
    await expect(screen(ada.page)).toContainText(/columns=\d+/);
    return Number(/columns=(\d+)/.exec((await screen(ada.page).textContent()) ?? '')?.[1]);
  };
  const wide = await columns();
  await ada.page.setViewportSize({ width: 1024, height: 768 });
  await expect.poll(columns).toBeLessThan(wide);
  await ada.page.setViewportSize({ width: 1440, height: 900 });
  await expect.poll(columns).toBe(wide);
});

test('the return link brings the student back from another browser, and a name alone does not', async ({ browser }) => {
  const elsewhere = await newStudentContext(browser, product.url);
  const page = await elsewhere.newPage();
  await page.goto(ada.returnLink);
  await isDone(page, 'Remove the image');
  await elsewhere.close();

  const thief = await newPage(browser);
  await thief.goto(`/join/${code}`);
  await thief.getByLabel('Your name').fill('ada');
  await thief.getByRole('button', { name: 'Join' }).click();
  await expect(thief.getByText(/already has this name/)).toBeVisible();
  await thief.context().close();
});

test('the class link opened twice by the same browser is the same student', async () => {
  const again = await ada.context.newPage();
  await again.goto(`/join/${code}`);
  await expect(again.getByRole('heading', { name: 'Docker', level: 1 })).toBeVisible();
  await isDone(again, 'Remove the image');
  await again.close();
  await expect(teacher.getByRole('rowheader')).toHaveCount(1);
});

test('after kill -9 of the server the page reconnects by itself to the shell that lived on', async () => {
  await type(ada.page, 'survivor=yes');
  const before = { home: product.home, port: new URL(product.url).port };
  await product.stop('SIGKILL');
  await expect(ada.page.getByText(/reconnecting, your shell goes on/)).toBeVisible();
  product = await serveProduct({ home: before.home, env: { CHAPTERHOUSE_PORT: before.port } });
  await expect(ada.page.getByText(/^connected/)).toBeVisible({ timeout: 60_000 });
  await type(ada.page, 'echo survived-$survivor');
  await expect(screen(ada.page)).toContainText('survived-yes');
});

test('the admin ends a sandbox; the student is told by whom and gets a new one, with all progress', async () => {
  await admin.goto('/admin');
  await admin.getByRole('button', { name: 'End the sandbox of Ada' }).click();
  await admin.getByRole('dialog').getByRole('button', { name: 'End sandbox' }).click();
  await expect(ada.page.getByText(/The administrator of this server ended it/)).toBeVisible();
  await ada.page.getByRole('button', { name: 'New sandbox' }).first().click();
  await atPrompt(ada.page);
  await isDone(ada.page, 'Remove the image');
});

test('the teacher sees who is stuck, with the evidence, while others go on', async ({ browser }) => {
  const seat = { baseURL: product.url, code };
  const bruno = await join(browser, { ...seat, name: 'Bruno' });
  const ines = await join(browser, { ...seat, name: 'Inès' });
  await Promise.all([atPrompt(bruno.page), atPrompt(ines.page)]);
  await run(ines.page, 'Find the daemon', 'systemctl status docker');
  await isDone(ines.page, 'Find the daemon');
  const firstStep = await columnOf(1);
  for (const tries of [1, 2, 3]) {
    await type(bruno.page, 'systemctl is-active dbus');
    await expect(rowOf('Bruno').locator(firstStep)).toHaveAccessibleName(new RegExp(`^${tries} tr`));
  }
  await expect(teacher.getByRole('complementary').getByText('Bruno')).toBeVisible();
  await expect(rowOf('Inès').locator(firstStep)).toHaveAccessibleName(/^done/);
  await shoot(teacher, 'teach-stuck', 'light-1440');
  await bruno.context.close();
  await ines.context.close();
});

test('every page is free of what axe finds, in both themes and on a phone', async ({ browser }) => {
  await ada.page.goto(`/join/${code}`);
  await atPrompt(ada.page);
  await ada.page.getByRole('button', { name: /Find the daemon$/ }).click();
  const home = await newPage(browser);
  await home.goto('/');
  const signedOut = await newPage(browser);
  await signedOut.goto('/sign-in');
  await admin.goto('/admin');
  await teacher.reload();
  await expect(teacher.getByRole('rowheader')).toHaveCount(3);
  const pages = { learn: ada.page, teach: teacher, admin, home, 'sign-in': signedOut };
  for (const [name, page] of Object.entries(pages)) {
    for (const look of LOOKS) {
      await shoot(page, name, look);
      expect(await violations(page), `${name} ${look}`).toEqual([]);
    }
  }
});

test('closing the class ends its sandboxes and tells the students, who keep what they have done', async () => {
  await ada.page.setViewportSize({ width: 1440, height: 900 });
  await teacher.getByRole('button', { name: 'Close class' }).click();
  await teacher.getByRole('dialog').getByRole('button', { name: 'Close class' }).click();
  await expect(ada.page.getByText(/The class was closed/)).toBeVisible();
  await isDone(ada.page, 'Remove the image');
  await expect(admin.getByText('No sandbox runs')).toBeVisible();
});
