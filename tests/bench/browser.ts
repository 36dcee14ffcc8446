import { type Browser, chromium, type Page } from '@playwright/test';
import { join } from '../e2e/lesson-pages.ts';
import { seedSchool } from '../support/seed-school.ts';
import { newHome, serveProduct } from '../support/served-product.ts';
import { type Row, spreadRow, tableOf } from './terminal/table.ts';

/**
 * `npm run bench:browser`: Ctrl-C in a flood, until the screen of a real browser is quiet, in the built product's own page.
 * Counted from the key's event in the page to the last change of the drawn rows. CHAPTERHOUSE_BENCH_THROUGH: bubblewrap
 * (as where it is not given), docker or both; Docker means the engine that CHAPTERHOUSE_ENGINE_HOME names, with its image.
 */
const THROUGH = (process.env.CHAPTERHOUSE_BENCH_THROUGH ?? 'bubblewrap').split(/\W+/);
const TIMES = Number(process.env.CHAPTERHOUSE_BENCH_TIMES ?? 20);
const FLOOD = "yes 'a line of a log that nobody asked for, with words in it and a number 1234567890'";
const FLOODS_MS = 1500;
const QUIET_MS = 1000;

/** The rows of xterm.js are elements: its other renderer draws faster, on a canvas that cannot be watched. */
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-3d-apis', '--disable-background-networking'];

async function watchScreen(page: Page): Promise<void> {
  await page.evaluate(() => {
    const rows = document.querySelector('.xterm-rows');
    if (!rows) throw new Error('the screen is not drawn as rows');
    const seen = { pressedAt: 0, changedAt: 0, changes: 0 };
    Object.assign(window, { seen });
    new MutationObserver(() => {
      seen.changedAt = performance.now();
      seen.changes += 1;
    }).observe(rows, { childList: true, subtree: true, characterData: true });
    const pressed = ({ ctrlKey, key }: KeyboardEvent) => {
      if (ctrlKey && key === 'c') seen.pressedAt = performance.now();
    };
    addEventListener('keydown', pressed, { capture: true });
  });
}

type Seen = { pressedAt: number; changedAt: number; changes: number };
const seenIn = (page: Page): Promise<Seen> => page.evaluate(() => Reflect.get(window, 'seen'));

/** Milliseconds from the key to the last change; there is none for a second afterwards. */
async function interrupt(page: Page): Promise<number> {
  const { changes } = await seenIn(page);
  await page.keyboard.type(`${FLOOD}\n`);
  await page.waitForTimeout(FLOODS_MS);
  if ((await seenIn(page)).changes < changes + 10) throw new Error('there was no flood');
  await page.keyboard.press('Control+c');
  for (;;) {
    const before = await seenIn(page);
    await page.waitForTimeout(QUIET_MS);
    const after = await seenIn(page);
    if (before.changes === after.changes) return after.changedAt - after.pressedAt;
  }
}

async function measured(browser: Browser, through: string): Promise<Row[]> {
  const home = newHome();
  const school = await seedSchool(home);
  const product = await serveProduct({ home, env: through === 'docker' ? {} : { CHAPTERHOUSE_DRIVER: through } });
  try {
    const { page } = await join(browser, { baseURL: product.url, code: school.open.code, name: 'Mia' });
    await page.getByText('student@lab').first().waitFor({ timeout: 120_000 });
    await page.locator('.xterm-helper-textarea').first().focus();
    await watchScreen(page);
    const samples: number[] = [];
    for (let time = 0; time < TIMES; time += 1) samples.push(await interrupt(page));
    const slowest = { ...spreadRow(through, 'the slowest of those', [Math.max(...samples)], { aim: '<= 100 ms' }) };
    return [spreadRow(through, 'Ctrl-C in a flood, in Chromium', samples, { aim: 'p50 <= 50 ms' }), slowest];
  } finally {
    await product.dispose();
  }
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ARGUMENTS,
});
try {
  if (THROUGH.includes('docker') && !process.env.CHAPTERHOUSE_ENGINE_HOME)
    throw new Error('CHAPTERHOUSE_ENGINE_HOME names no engine whose shells could be measured');
  for (const through of THROUGH) console.log(tableOf(await measured(browser, through)));
} finally {
  await browser.close();
}
process.exit();
