import { writeFile } from 'node:fs/promises';
import { expect, type Page, test } from '@playwright/test';
import { seedSchool } from '../support/seed-school.ts';
import { newHome, type ServedProduct, serveProduct } from '../support/served-product.ts';
import { atPrompt, join, run, type Student, screen, type } from './lesson-pages.ts';

/** Programs that take the whole screen, each as in a desktop terminal, in a sandbox of the real engine. */

let product: ServedProduct;
let student: Student;
let page: Page;

test.beforeAll(async ({ browser }) => {
  const home = newHome();
  const school = await seedSchool(home);
  product = await serveProduct({ home });
  student = await join(browser, { baseURL: product.url, code: school.open.code, name: 'Vera' });
  page = student.page;
  await atPrompt(page);
});
test.afterEach(async ({ browserName: _ }, info) => {
  if (info.status !== info.expectedStatus) await writeFile(info.outputPath('server.log'), product.output());
});
test.afterAll(async () => {
  await product?.dispose();
});

const keys = async (...names: string[]) => {
  for (const name of names) await page.keyboard.press(name);
};

/** At a prompt of a clean screen, whatever was there before. Rows of the screen's text have nothing between them. */
async function fresh(): Promise<void> {
  await type(page, `clear; echo fresh-$((1+1))`);
  await expect(screen(page)).toContainText(/fresh-2\s*student@lab:\S+\$/);
}

test('vim edits, undoes and saves, and gives the screen back', async () => {
  test.setTimeout(300_000);
  await type(page, 'echo before-vim-$((1+1))');
  await expect(screen(page)).toContainText('before-vim-2');
  await type(page, 'vi -N -u NONE note.txt');
  await expect(screen(page)).toContainText('~');
  await expect(screen(page)).not.toContainText('before-vim-2');
  await page.keyboard.type('ihello wrld');
  await keys('ArrowLeft', 'ArrowLeft', 'ArrowLeft');
  await page.keyboard.type('o');
  await keys('Escape');
  await page.keyboard.type('yyp');
  await page.keyboard.type('u');
  await page.keyboard.type(':wq\n');
  await expect(screen(page)).toContainText('before-vim-2');
  await type(page, 'clear; cat note.txt; wc -l < note.txt');
  await expect(screen(page)).toContainText('hello world1student');
});

test('htop draws in colour, takes a function key, follows the window’s size, and leaves', async () => {
  await fresh();
  await type(page, 'htop');
  await expect(screen(page)).toContainText('F10Quit');
  await keys('F1');
  await expect(screen(page)).toContainText(/released under/i);
  await keys('Escape');
  await expect(screen(page)).toContainText('F10Quit');
  // Too narrow for all of its last line, which is drawn anew.
  await page.setViewportSize({ width: 1024, height: 700 });
  await expect(screen(page)).not.toContainText('F10Quit');
  await expect(screen(page)).toContainText('F1Help');
  await page.setViewportSize({ width: 1440, height: 900 });
  await expect(screen(page)).toContainText('F10Quit');
  await keys('F10');
  await expect(screen(page)).toContainText('fresh-2');
});

test('htop is worked by the mouse', async () => {
  await fresh();
  await type(page, 'htop');
  await expect(screen(page)).toContainText('F10Quit');
  const box = await page.locator('.xterm-screen').first().boundingBox();
  if (!box) throw new Error('no screen');
  const rows = await page.locator('.xterm-accessibility-tree > div').count();
  // The last line's first words are F1Help.
  await page.mouse.click(box.x + 25, box.y + box.height - box.height / rows / 2);
  await expect(screen(page)).toContainText(/released under/i);
  await keys('q', 'F10');
  await expect(screen(page)).toContainText('fresh-2');
});

test('less goes to the end, searches, and leaves the screen as it was', async () => {
  await fresh();
  await type(page, 'seq 1 5000 | less');
  await expect(screen(page)).toContainText(/^12345/);
  await page.keyboard.type('G');
  await expect(screen(page)).toContainText('(END)');
  await page.keyboard.type('/^42$\n');
  await page.keyboard.type('g/^42$\n');
  await expect(screen(page)).toContainText(/^424344/);
  await keys('PageDown');
  await expect(screen(page)).not.toContainText(/^424344/);
  await page.keyboard.type('q');
  await expect(screen(page)).toContainText('fresh-2');
});

test('systemctl shows its units in its pager', async () => {
  await fresh();
  await type(page, 'systemctl list-unit-files');
  await expect(screen(page)).toContainText('UNIT FILE');
  await expect(screen(page)).toContainText(/lines 1-\d+/);
  await page.keyboard.type('G');
  await expect(screen(page)).toContainText(/unit files listed/);
  await page.keyboard.type('q');
  // systemd's pager leaves on the screen what was read.
  await expect(screen(page)).toContainText(/unit files listed.*student@lab:\S+\$\s*$/);
});

test('docker run -it gives a shell of its own, where Ctrl-C and history work', async () => {
  await fresh();
  await type(page, 'docker run --rm -it alpine:latest');
  await expect(screen(page)).toContainText('/ #', { timeout: 60_000 });
  await page.keyboard.type('cat\n');
  await keys('Control+C');
  await page.keyboard.type('echo in-$((40+2))');
  await keys('Enter');
  await expect(screen(page)).toContainText('in-42');
  await page.keyboard.type('clear\n');
  await expect(screen(page)).not.toContainText('in-42');
  await keys('ArrowUp');
  await expect(screen(page)).toContainText('clear');
  await keys('ArrowUp');
  await expect(screen(page)).toContainText('echo in-');
  await keys('Enter');
  await expect(screen(page)).toContainText('in-42');
  await page.keyboard.type('stty size; exit\n');
  await expect(screen(page)).toContainText(/student@lab:\S+\$\s*$/);
});

test('QEMU boots a guest that hears the keyboard, shows its monitor, and has its plug pulled by Ctrl-a x', async () => {
  test.setTimeout(400_000);
  await fresh();
  const guest = '-kernel /usr/share/guest/vmlinuz -initrd /usr/share/guest/initrd.img';
  await type(page, `qemu-system-x86_64 -m 128 -nographic ${guest} -append "console=ttyS0 quiet"`);
  await expect(screen(page)).toContainText(/guest#\s*$/, { timeout: 180_000 });
  await page.keyboard.type('echo in-$(hostname)-$((40+2))\n');
  await expect(screen(page)).toContainText('in-guest-42');
  await keys('Control+a', 'c');
  await expect(screen(page)).toContainText('(qemu)');
  await page.keyboard.type('info status\n');
  await expect(screen(page)).toContainText('VM status: running');
  await keys('Control+a', 'c', 'Enter');
  await page.keyboard.type('echo back-$((40+2))\n');
  await expect(screen(page)).toContainText('back-42');
  await keys('Control+a', 'x');
  await expect(screen(page)).toContainText(/QEMU: Terminated\s*student@lab:\S+\$\s*$/);
});

test('tmux splits, and is found again after a reload', async () => {
  await fresh();
  await type(page, 'tmux new -s work');
  await expect(screen(page)).toContainText('[work]');
  await keys('Control+b');
  await page.keyboard.type('%');
  await page.keyboard.type('echo right-$((40+2))\n');
  await expect(screen(page)).toContainText('right-42');
  await page.reload();
  await expect(screen(page)).toContainText('right-42');
  await type(page, 'tmux kill-server');
  await expect(screen(page)).toContainText(/student@lab:\S+\$\s*$/);
});

test('a page’s command waits for the answer while a program runs, and the program is stopped only when asked', async () => {
  await fresh();
  await type(page, 'sleep 1000');
  await run(page, 'Find the daemon', 'systemctl status docker');
  await expect(page.getByText('A program is running in this shell')).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(screen(page)).not.toContainText('systemctl');
  await run(page, 'Find the daemon', 'systemctl status docker');
  await page.getByRole('button', { name: 'Interrupt and run' }).click();
  await expect(screen(page)).toContainText('docker.service');
  // The pager may come a moment after its text; what is typed to a prompt meanwhile is wiped out.
  await expect(async () => {
    await page.locator('.xterm-helper-textarea').first().focus();
    await page.keyboard.type('q');
    await expect(screen(page)).toContainText(/student@lab:\S+\$ q*\s*$/, { timeout: 1000 });
  }).toPass();
  await keys('Control+U');
});

test('a page that reconnects never repeats a command that it was asked to run', async () => {
  await fresh();
  await type(page, 'sleep 1000');
  await run(page, 'Find the daemon', 'systemctl status docker');
  await expect(page.getByText('A program is running in this shell')).toBeVisible();
  await student.context.setOffline(true);
  await page.evaluate(() => window.dispatchEvent(new Event('offline')));
  await student.context.setOffline(false);
  await page.reload();
  await expect(page.getByText(/^connected/)).toBeVisible();
  await expect(page.getByText('A program is running in this shell')).toBeHidden();
  await page.locator('.xterm-helper-textarea').first().focus();
  await keys('Control+C');
  await expect(screen(page)).toContainText(/student@lab:\S+\$\s*$/);
  await expect(screen(page)).not.toContainText('systemctl');
});
