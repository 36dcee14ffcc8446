import { writeFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { seedSchool } from '../support/seed-school.ts';
import { newHome, type ServedProduct, serveProduct } from '../support/served-product.ts';
import { atPrompt, join, newStudentContext, type Student } from './lesson-pages.ts';
import { look, shoot, violations } from './screenshots.ts';

/** The terminal in the page, as a student's hands know terminals. */
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
  await mia.context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(product.url).origin });
});
test.afterEach(async ({ browserName: _ }, info) => {
  if (info.status !== info.expectedStatus) await writeFile(info.outputPath('server.log'), product.output());
});
test.afterAll(async () => {
  await product?.dispose();
});

/** The part of the page that is one shell, by its tab's name. */
const pane = (name: string, where = page) => where.getByRole('group', { name, exact: true });
const screenOf = (name: string, where = page) => pane(name, where).locator('.xterm-accessibility-tree');
const tab = (name: string) => page.getByRole('list', { name: 'Shells' }).getByRole('button', { name, exact: true });

async function typeInto(name: string, text: string, where = page): Promise<void> {
  await pane(name, where).locator('.xterm-helper-textarea').focus();
  await where.keyboard.type(text);
}

async function choose(menu: string, item: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: menu }).click();
  await page.getByRole('menu').getByText(item).click();
}
const SHELL_MENU = 'This shell: name, split, window';
const SETTINGS = 'Text size, settings and keys';

const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
const putOnClipboard = (text: string) => page.evaluate((words) => navigator.clipboard.writeText(words), text);

test('a shell is given a name by the keyboard, and keeps it', async () => {
  await atPrompt(page);
  await tab('shell 1').focus();
  await page.keyboard.press('F2');
  await page.keyboard.type('editor');
  await page.keyboard.press('Enter');
  await expect(tab('editor')).toBeVisible();
});

test('two shells stand side by side, and the keyboard moves between them and their divider', async () => {
  await typeInto('editor', 'echo first-$((40+2))\n');
  await expect(screenOf('editor')).toContainText('first-42');
  await page.keyboard.press('Control+Shift+D');
  await expect(screenOf('shell 2')).toContainText('$');
  await expect(pane('editor')).toBeVisible();
  await typeInto('shell 2', 'echo second-$((40+2))\n');
  await expect(screenOf('shell 2')).toContainText('second-42');
  await look(page, 'terminal-split');

  await typeInto('shell 2', '');
  await page.keyboard.press('Control+Shift+ArrowLeft');
  await page.keyboard.type('echo back-in-$((1+0))\n');
  await expect(screenOf('editor')).toContainText('back-in-1');
  const width = async () => (await pane('editor').boundingBox())?.width ?? 0;
  const before = await width();
  await page.getByRole('separator', { name: 'Width or height of the two shells' }).focus();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(width).toBeLessThan(before);
  const box = await page.getByRole('separator', { name: 'Width or height of the two shells' }).boundingBox();
  if (!box) throw new Error('no divider');
  const narrowed = await width();
  await page.mouse.move(box.x + 3, box.y + 50);
  await page.mouse.down();
  await page.mouse.move(box.x + 103, box.y + 50, { steps: 5 });
  await page.mouse.up();
  await expect.poll(width).toBeGreaterThan(narrowed + 60);
});

test('pasted lines are shown before they run, and may be pasted as one', async () => {
  await putOnClipboard('echo one-$((1+1))\necho two-$((2+2))\n');
  await pane('editor').locator('.xterm-helper-textarea').focus();
  await page.keyboard.press('Control+Shift+V');
  const question = page.getByRole('alertdialog');
  await expect(question).toContainText('You paste 2 lines');
  expect(await violations(page)).toEqual([]);
  await shoot(page, 'terminal-paste', 'light-1440');
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(question).toBeHidden();

  await page.keyboard.press('Shift+Insert');
  await question.getByRole('button', { name: 'Paste as one line' }).click();
  await expect(screenOf('editor')).toContainText('echo one-$((1+1)) echo two-$((2+2))');
  await expect(screenOf('editor')).not.toContainText('one-2');
  await page.keyboard.press('Control+C');

  await page.getByRole('button', { name: 'Paste', exact: true }).click();
  await question.getByText('Do this every time').click();
  await question.getByRole('button', { name: 'Paste anyway' }).click();
  await page.keyboard.press('Enter');
  await expect(screenOf('editor')).toContainText('two-4');
  await page.keyboard.press('Control+Shift+V');
  await expect(question).toBeHidden();
  await page.keyboard.press('Control+C');
  await choose(SETTINGS, 'Ask before pasting several lines');
  await page.keyboard.press('Escape');
});

test('an escape in pasted text cannot end the bracket around it', async () => {
  await putOnClipboard('harmless\u001b[201~\rtouch was-run\r');
  await pane('editor').locator('.xterm-helper-textarea').focus();
  await page.keyboard.press('Control+Shift+V');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Paste anyway' }).click();
  await expect(screenOf('editor')).toContainText('harmless[201~');
  await page.keyboard.press('Control+C');
  await page.keyboard.type('clear; ls was-run; echo looked\n');
  await expect(screenOf('editor')).toContainText(/No such file.*looked/s);
});

test('what is selected is copied by the keys that hands know', async () => {
  await typeInto('editor', 'clear; echo copy-$((6*7))\n');
  await expect(screenOf('editor')).toContainText('copy-42');
  const box = await pane('editor').boundingBox();
  if (!box) throw new Error('no pane');
  for (const keys of ['Control+Shift+C', 'Control+Insert']) {
    await putOnClipboard('nothing');
    await page.mouse.dblclick(box.x + 30, box.y + 22);
    await page.keyboard.press(keys);
    await expect.poll(clipboard, { message: keys }).toBe('copy-42');
  }
});

test('a program neither writes the clipboard nor reads it unless the student allows the first', async () => {
  await putOnClipboard('mine');
  const osc = (text: string) =>
    `clear; printf '\\e]52;c;${Buffer.from(text).toString('base64')}\\a'; echo sent-$((1+1))\n`;
  await typeInto('editor', osc('theirs'));
  await expect(screenOf('editor')).toContainText('sent-2');
  expect(await clipboard()).toBe('mine');
  await choose(SETTINGS, 'Programs may use the clipboard');
  await page.keyboard.press('Escape');
  await typeInto('editor', osc('allowed'));
  await expect.poll(clipboard).toBe('allowed');
  await choose(SETTINGS, 'Programs may use the clipboard');
  await page.keyboard.press('Escape');
});

test('a title is the tab’s tooltip, as text, and a hidden shell’s bell is told on its tab', async () => {
  await typeInto('editor', "printf '\\e]2;<b>my title</b>\\a'\n");
  await expect(tab('editor')).toHaveAttribute('title', /<b>my title<\/b>/);
  await typeInto('shell 2', "until [ -e ring ]; do sleep 0.1; done; printf '\\a'\n");
  await choose(SHELL_MENU, 'Show one shell only');
  await tab('editor').click();
  const whole = (await page.getByRole('region', { name: 'Terminal' }).boundingBox())?.width ?? 0;
  await expect.poll(async () => (await pane('editor').boundingBox())?.width).toBeCloseTo(whole, 0);
  await typeInto('editor', 'touch ring\n');
  await expect(page.getByRole('img', { name: 'its bell rang' })).toBeVisible();
  await page.getByRole('button', { name: /^shell 2/ }).click();
  await expect(page.getByRole('img', { name: 'its bell rang' })).toBeHidden();
  await tab('editor').click();
});

test('a picture that a program draws is drawn', async () => {
  const sixel = "clear; printf '\\ePq#0;2;100;0;0#0!90~-!90~\\e\\\\'; echo drawn-$((1+1))\n";
  await typeInto('editor', sixel);
  await expect(screenOf('editor')).toContainText('drawn-2');
  await expect(pane('editor').locator('canvas.xterm-image-layer')).toBeVisible();
});

test('text grows and shrinks by keys, and the size is remembered', async () => {
  const columns = async () => {
    await typeInto('editor', 'clear; echo columns=$(tput cols)\n');
    await expect(screenOf('editor')).toContainText(/columns=\d+/);
    return Number(/columns=(\d+)/.exec((await screenOf('editor').textContent()) ?? '')?.[1]);
  };
  const before = await columns();
  await page.keyboard.press('Control+Shift+Equal');
  await page.keyboard.press('Control+Shift+Equal');
  await expect.poll(columns).toBeLessThan(before);
  await page.keyboard.press('Control+Shift+Minus');
  await page.keyboard.press('Control+Shift+Minus');
  await expect.poll(columns).toBe(before);
});

test('the last command’s output is said to a screen reader, and opens as text', async () => {
  await typeInto('editor', "clear; printf 'line %s\\n' 1 2 3\n");
  await expect(screenOf('editor')).toContainText('line 3');
  await page.keyboard.press('Control+Shift+O');
  await expect(page.locator('[data-output]')).toHaveText(/^line 1\s+line 2\s+line 3$/);
  await choose(SHELL_MENU, 'Show the last output as text');
  const dialog = page.getByRole('dialog');
  await expect(dialog.locator('pre')).toHaveText('line 1\nline 2\nline 3');
  await expect(dialog).toContainText("printf 'line %s\\n' 1 2 3");
  await shoot(page, 'terminal-output', 'light-1440');
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
});

test('Tab stays in the shell, and the keys that lead out of it are shown and work', async () => {
  await expect(page.getByText('leaves the terminal').first()).toBeVisible();
  await typeInto('editor', 'cat\n');
  const inTerminal = () => page.evaluate(() => document.activeElement?.classList.contains('xterm-helper-textarea'));
  for (const keys of ['Control+F6', 'Control+Shift+Escape']) {
    await pane('editor').locator('.xterm-helper-textarea').focus();
    await page.keyboard.press('Tab');
    expect(await inTerminal()).toBe(true);
    await page.keyboard.press(keys);
    expect(await inTerminal()).toBe(false);
  }
  await page.keyboard.press('Control+F6');
  expect(await inTerminal()).toBe(true);
  await page.keyboard.press('Control+C');
});

test('a window of its own shows the same shell, and whoever was there last types', async () => {
  await page.getByRole('button', { name: SHELL_MENU }).click();
  const [own] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('menuitem', { name: 'Open in a window of its own' }).click(),
  ]);
  await expect(own.getByRole('heading', { name: 'editor' })).toBeVisible();
  await expect(screenOf('editor', own)).toContainText('line 3');
  await typeInto('editor', 'clear; echo from-the-window-$((1+1))\n', own);
  await expect(screenOf('editor', own)).toContainText('from-the-window-2');
  await expect(screenOf('editor')).toContainText('from-the-window-2');
  await expect(page.getByText('You type in another window')).toBeVisible();
  await look(own, 'terminal-window');
  await page.getByRole('button', { name: 'Type here' }).click();
  await typeInto('editor', 'echo from-the-page-$((1+1))\n');
  await expect(screenOf('editor', own)).toContainText('from-the-page-2');
  await own.close();
});

test('names and panes are there again after a reload, and on another device', async ({ browser }) => {
  await page.keyboard.press('Control+Shift+D');
  await expect(pane('shell 2')).toBeVisible();
  await page.reload();
  await expect(screenOf('editor')).toContainText('from-the-page-2');
  await expect(pane('shell 2')).toBeVisible();
  const elsewhere = await newStudentContext(browser, product.url);
  const other = await elsewhere.newPage();
  await other.goto(mia.returnLink);
  await expect(screenOf('editor', other)).toContainText('from-the-page-2');
  await expect(pane('shell 2', other)).toBeVisible();
  await elsewhere.close();
});

test('on a phone a bar has the keys that its keyboard lacks, and leaves the focus where it is', async ({ browser }) => {
  const phone = await browser.newContext({
    baseURL: product.url,
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  await phone.addInitScript(() =>
    localStorage.setItem('chapterhouse.terminal', JSON.stringify({ screenReader: true })),
  );
  const small = await phone.newPage();
  await small.goto(mia.returnLink);
  await small.getByRole('button', { name: 'Terminal' }).tap();
  const bar = small.getByRole('toolbar', { name: 'Keys' });
  await expect(bar).toBeVisible();
  await typeInto('editor', 'clear; cat -v\n', small);
  const press = (name: string) => bar.getByRole('button', { name, exact: true }).tap();
  for (const name of ['Esc', 'Up', '|', '~']) await press(name);
  await press('Alt');
  await small.keyboard.type('x');
  expect(await small.evaluate(() => document.activeElement?.className)).toContain('xterm-helper-textarea');
  await small.keyboard.type('\n');
  await expect(screenOf('editor', small)).toContainText('^[^[[A|~^[x');
  await press('Ctrl');
  await small.keyboard.type('d');
  await small.keyboard.type('echo back-$((1+1))\n');
  await expect(screenOf('editor', small)).toContainText('back-2');
  await small.keyboard.type('sleep 100\n');
  await press('Ctrl-C');
  await small.keyboard.type('echo interrupted-$((1+1))\n');
  await expect(screenOf('editor', small)).toContainText('interrupted-2');
  const buttons = await bar.getByRole('button').all();
  for (const button of buttons) {
    const box = await button.boundingBox();
    expect((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 999) <= 390).toBe(true);
  }
  for (const one of ['light-390', 'dark-390'] as const) {
    await shoot(small, 'terminal-touch', one);
    expect(await violations(small)).toEqual([]);
  }
  await phone.close();
});
