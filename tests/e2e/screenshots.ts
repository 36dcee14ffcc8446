import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';

const DIRECTORY = path.join(import.meta.dirname, 'screenshots');
const WIDTHS = { 1440: 900, 1024: 768, 390: 844 } as const;

/** Pictures of a page in both themes and three widths; `wanted` names those that are kept, as `light-1440`. */
export async function shoot(page: Page, name: string, wanted: readonly string[]): Promise<void> {
  mkdirSync(DIRECTORY, { recursive: true });
  const before = page.viewportSize();
  for (const one of wanted) {
    const [scheme, width] = one.split('-');
    const at = Number(width) as keyof typeof WIDTHS;
    await page.emulateMedia({ colorScheme: scheme === 'dark' ? 'dark' : 'light' });
    await page.setViewportSize({ width: at, height: WIDTHS[at] });
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    await page.screenshot({ path: path.join(DIRECTORY, `${name}-${one}.png`), animations: 'disabled' });
  }
  await page.emulateMedia({ colorScheme: null });
  if (before) await page.setViewportSize(before);
}
