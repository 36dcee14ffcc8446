import { writeFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { PASSWORD, seedSchool, TEACHERS } from '../support/seed-school.ts';
import { newHome, type ServedProduct, serveProduct } from '../support/served-product.ts';
import { atPrompt, join, newStudentContext, type Student, signIn, type } from './lesson-pages.ts';
import { look } from './screenshots.ts';

/** A student starts a server in the sandbox and looks at it in the browser. */
test.describe.configure({ mode: 'serial' });

/** Answers with what it was asked, and tries to set a cookie for the platform, in its answer and from its page. */
const SERVER = [
  `perl -MIO::Socket::INET -e '`,
  `$s=IO::Socket::INET->new(LocalAddr=>"127.0.0.1",LocalPort=>8087,Listen=>9,ReuseAddr=>1);`,
  `while($c=$s->accept){$h="";while(<$c>){last if /^\\r/;$h.=$_}`,
  `print $c "HTTP/1.0 200 OK\\r\\nContent-Type: text/html\\r\\nSet-Cookie: wide=1; Domain=localhost\\r\\n\\r\\n`,
  `<h1>Hello from the sandbox</h1><pre>$h</pre>`,
  `<script>document.cookie=\\"tossed=1; Domain=localhost\\";document.cookie=\\"tossed2=1\\"</script>";close $c}'`,
].join('');

let product: ServedProduct;
let code: string;
let classroomId: string;
let eve: Student;
let preview: Page;

test.beforeAll(async () => {
  const home = newHome();
  ({ code, classroomId } = (await seedSchool(home)).open);
  product = await serveProduct({ home });
});
test.afterEach(async ({ browserName: _ }, info) => {
  if (info.status !== info.expectedStatus) await writeFile(info.outputPath('server.log'), product.output());
});
test.afterAll(async () => {
  await product?.dispose();
});

test('a server that begins to listen, on its loopback alone, is offered in the terminal’s foot', async ({
  browser,
}) => {
  eve = await join(browser, { baseURL: product.url, code, name: 'Eve' });
  await atPrompt(eve.page);
  await type(eve.page, SERVER);
  await expect(eve.page.getByText('Port 8087 is open')).toBeVisible({ timeout: 60_000 });
  await expect(eve.page.getByText(/^Port \d+ is open/)).toHaveCount(1);
  await look(eve.page, 'preview-offer');
});

test('it opens as a page of its own origin, which the platform’s cookies do not reach', async () => {
  const opened = eve.context.waitForEvent('page');
  await eve.page.getByRole('link', { name: 'Open port 8087 in a new tab' }).click();
  preview = await opened;
  await expect(preview.getByRole('heading', { name: 'Hello from the sandbox' })).toBeVisible();
  expect(new URL(preview.url()).hostname).toMatch(/^p8087-[a-z2-7]{26}\.localhost$/);
  expect(new URL(preview.url()).pathname).toBe('/');
  await preview.reload();
  const asked = await preview.locator('pre').innerText();
  expect(asked).toContain('tossed2=1');
  expect(asked).not.toMatch(/chapterhouse|ch_lang/);
  expect(await preview.evaluate(() => window.opener)).toBeNull();
  const platform = await eve.context.cookies(product.url);
  expect(platform.map(({ name }) => name).filter((name) => /tossed|wide|preview/.test(name))).toEqual([]);
});

test('a second student is refused, with the address and with the way in', async ({ browser }) => {
  const dan = await join(browser, { baseURL: product.url, code, name: 'Dan' });
  await dan.page.goto(preview.url());
  await expect(dan.page.getByRole('heading', { name: 'This preview is not open in this browser' })).toBeVisible();
  const way = await eve.page.getByRole('link', { name: 'Open port 8087 in a new tab' }).getAttribute('href');
  await dan.page.goto(way === null ? '' : new URL(way, product.url).href);
  await expect(dan.page.getByRole('heading', { name: 'This preview is not yours to open' })).toBeVisible();
  await dan.context.close();
});

test('their teacher looks at it from the evidence', async ({ browser }) => {
  const context = await newStudentContext(browser, product.url);
  const teacher = await context.newPage();
  await signIn(teacher, { email: TEACHERS.ada, password: PASSWORD });
  await teacher.goto(`/teach/${classroomId}`);
  await teacher.getByRole('row').filter({ hasText: 'Eve' }).locator('td[data-col="0"]').click();
  const panel = teacher.getByRole('dialog', { name: 'Eve' });
  await expect(panel.getByText('Port 8087 is open')).toBeVisible();
  await look(teacher, 'preview-evidence');
  const opened = context.waitForEvent('page');
  await panel.getByRole('link', { name: 'Open port 8087 in a new tab' }).press('Enter');
  await expect((await opened).getByRole('heading', { name: 'Hello from the sandbox' })).toBeVisible();
  await context.close();
});

test('when the server ends, the offer goes and the page says why', async () => {
  await eve.page.locator('.xterm-helper-textarea').first().press('Control+c');
  await expect(eve.page.getByText('Port 8087 is open')).toBeHidden({ timeout: 60_000 });
  await preview.reload();
  await expect(preview.getByRole('heading', { name: 'Nothing listens on port 8087' })).toBeVisible();
  await look(preview, 'preview-closed');
});

test('a port is opened by its number, by keyboard alone', async () => {
  await eve.page.getByRole('button', { name: 'Ports' }).press('Enter');
  await look(eve.page, 'preview-menu');
  const opened = eve.context.waitForEvent('page');
  const field = eve.page.getByLabel('Port', { exact: true });
  await field.fill('9');
  await field.press('Enter');
  const page = await opened;
  await expect(page.getByRole('heading', { name: 'Nothing listens on port 9' })).toBeVisible();
});

test('what a container publishes is offered as well', async () => {
  await type(eve.page, 'docker run -d -p 8787:8787 --name web chapterhouse/hello-web');
  const offer = eve.page.getByRole('link', { name: 'Open port 8787 in a new tab' }).first();
  await expect(offer).toBeVisible({ timeout: 60_000 });
  const opened = eve.context.waitForEvent('page');
  await offer.click();
  await expect((await opened).getByRole('heading', { name: 'Hello from a container.' })).toBeVisible();
});
