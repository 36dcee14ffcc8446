import { mkdirSync } from 'node:fs';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** The pictures in the repository are renewed on purpose only: `npm run screenshots`. */
const DIRECTORY =
  process.env.CHAPTERHOUSE_SCREENSHOTS ?? path.resolve(import.meta.dirname, '../../test-results/screenshots');

const HEIGHTS = { 1440: 900, 1024: 768, 390: 844 } as const;
type Look = `${'light' | 'dark'}-${keyof typeof HEIGHTS}`;

export const LOOKS: readonly Look[] = ['light-1440', 'dark-1440', 'light-1024', 'dark-390', 'light-390'];

/** Puts the page into a theme and a width, and keeps a picture of it. */
export async function shoot(page: Page, name: string, look: Look): Promise<void> {
  mkdirSync(DIRECTORY, { recursive: true });
  const [scheme, width] = look.split('-');
  await page.emulateMedia({ colorScheme: scheme === 'dark' ? 'dark' : 'light' });
  const size = Object.entries(HEIGHTS).find(([one]) => one === width);
  await page.setViewportSize({ width: Number(size?.[0]), height: Number(size?.[1]) });
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  // Two frames: the terminal fits itself to its new place and is drawn.
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null)))),
  );
  await page.screenshot({ path: path.join(DIRECTORY, `${name}-${look}.png`), animations: 'disabled' });
}

/** What axe finds against WCAG 2.2 AA, as short lines. */
export async function violations(page: Page): Promise<string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const found = await new AxeBuilder({ page }).withTags(tags).analyze();
  return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')}`));
}

/** Keeps pictures of it in both themes and on all widths, and wants it free of what axe finds. */
export async function look(page: Page, name: string): Promise<void> {
  for (const one of LOOKS) {
    await shoot(page, name, one);
    expect(await violations(page)).toEqual([]);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}
