import { expect } from 'vitest';
import { ProductBrowser } from './product-browser.ts';
import type { ProductSocket } from './product-socket.ts';

/** A student who minds their own work while others meet faults: their terminal must never notice. */
export class Bystander {
  readonly browser: ProductBrowser;
  readonly terminal: ProductSocket;
  #asked = 0;

  private constructor(browser: ProductBrowser, terminal: ProductSocket) {
    this.browser = browser;
    this.terminal = terminal;
  }

  static async sitDown(url: string, code: string): Promise<Bystander> {
    const browser = new ProductBrowser(url, '127.0.0.7');
    const { enrollmentId, classroomId } = await browser.join(code, 'Bystander');
    await browser.openChapter(classroomId);
    const terminal = browser.terminal(enrollmentId);
    await terminal.attached();
    return new Bystander(browser, terminal);
  }

  /** The server lives, and the terminal that was open all along still answers. */
  async provesServing(): Promise<void> {
    expect((await this.browser.get('/api/health')).status).toBe(200);
    this.#asked += 1;
    this.terminal.type(`echo still-${this.#asked}-here\r`);
    await this.terminal.printed(`\nstill-${this.#asked}-here`);
  }
}
