import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Joined, ProductBrowser } from '../../support/product-browser.ts';
import type { Frame, ProductSocket } from '../../support/product-socket.ts';
import { type School, seedSchool } from '../../support/seed-school.ts';
import { newHome, type ServedProduct, serveProduct } from '../../support/served-product.ts';

const STOPS_WITHIN_MS = 10_000;
/** A question of the first course, and its right answer. */
const QUESTION = { stepKey: 'docker/why-docker-is-root', answer: { kind: 'choices', ids: ['b'] } };

const served = (home: string) => serveProduct({ home, env: { CHAPTERHOUSE_DRIVER: 'bubblewrap' } });
let product: ServedProduct | null = null;

afterEach(async () => {
  if (!product) return;
  const { home } = product;
  await product.stop();
  killAllOf(home);
  rmSync(home, { recursive: true, force: true });
  product = null;
});

/** Processes that carry the home's path in their arguments: holders and shells of its sandboxes. */
function processesOf(home: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.map(Number).filter((pid) => commandLine(pid).includes(`${home}/web/bwrap/`));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function killAllOf(home: string): void {
  for (const pid of processesOf(home)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended with the one before.
    }
  }
}

type Student = { browser: ProductBrowser; seat: Joined; live: ProductSocket; terminal: ProductSocket };

async function studentAt(school: School): Promise<Student> {
  if (!product) throw new Error('no product is served');
  const browser = new ProductBrowser(product.url);
  const seat = await browser.join(school.open.code, 'Cleo');
  await browser.openChapter(seat.classroomId);
  const live = browser.live({ type: 'watch_enrollment', enrollmentId: seat.enrollmentId });
  const terminal = browser.terminal(seat.enrollmentId);
  await terminal.attached();
  return { browser, seat, live, terminal };
}

const sandboxIs =
  (wanted: object) =>
  ({ type, sandbox }: Frame) =>
    type === 'sandbox' && Object.entries(wanted).every(([key, value]) => Reflect.get(Object(sandbox), key) === value);

async function begin(): Promise<Student> {
  const home = newHome();
  const school = await seedSchool(home);
  product = await served(home);
  return studentAt(school);
}

test('a sandbox that dies under the student is told as what it was, and a new one can be had', async () => {
  const { browser, seat, live, terminal } = await begin();
  const home = product?.home ?? '';
  const told = await live.told(sandboxIs({ phase: 'ready' }));
  const sandboxId = String(Reflect.get(Object(told.sandbox), 'sandboxId'));
  rmSync(path.join(home, 'web/bwrap', sandboxId, 'sandbox.json'));
  await live.told(sandboxIs({ sandboxId, phase: 'gone', ending: 'fault' }));
  expect(await terminal.closed).toEqual({ code: 4410, reason: 'sandbox_gone' });
  expect(await browser.terminal(seat.enrollmentId).closed).toEqual({ code: 4410, reason: 'sandbox_gone' });

  expect(await browser.act('startSandbox', [seat.enrollmentId])).toMatchObject({ value: { ok: true } });
  const fresh = browser.terminal(seat.enrollmentId);
  await fresh.attached();
  fresh.type('echo fresh-$((40 + 2))\r');
  await fresh.printed('fresh-42');
  expect(processesOf(path.join(home, 'web/bwrap', sandboxId))).toEqual([]);
});

test('a shell whose processes are all killed tells its end, and the next one opens in the same sandbox', async () => {
  const { browser, seat, terminal } = await begin();
  terminal.type('touch kept && echo made-$((40 + 2))\r');
  await terminal.printed('made-42');
  killAllOf(product?.home ?? '');
  await terminal.told(({ type }) => type === 'exit');
  const next = browser.terminal(seat.enrollmentId);
  await next.attached();
  next.type('ls; echo next-$((40 + 2))\r');
  await next.printed('next-42');
  expect(next.output).toContain('kept');
});

test('SIGTERM ends the server in time, tells the pages, and keeps the shell for the next one', async () => {
  const before = await begin();
  before.terminal.type('mark=held; echo set-$((40 + 2))\r');
  await before.terminal.printed('set-42');
  const { home = '', stop } = product ?? {};
  const asked = performance.now();
  await stop?.();
  expect(performance.now() - asked).toBeLessThan(STOPS_WITHIN_MS);
  expect(await before.terminal.closed).toEqual({ code: 4503, reason: 'shutting_down' });
  expect(await before.live.closed).toEqual({ code: 4503, reason: 'shutting_down' });

  product = await served(home);
  const browser = before.browser.at(product.url);
  const again = browser.terminal(before.seat.enrollmentId);
  await again.attached();
  again.type('echo still-$mark\r');
  await again.printed('still-held');
});

test('after kill -9 the same cookie works, what was acknowledged is there, and the shell goes on', async () => {
  const before = await begin();
  const { enrollmentId, classroomId } = before.seat;
  const answered = await before.browser.act('answer', [enrollmentId, QUESTION]);
  expect(answered.value).toMatchObject({ ok: true });
  before.terminal.type('mark=held; echo set-$((40 + 2))\r');
  await before.terminal.printed('set-42');
  const { home = '', stop } = product ?? {};
  await stop?.('SIGKILL');

  product = await served(home);
  const browser = before.browser.at(product.url);
  expect((await browser.openChapter(classroomId)).status).toBe(200);
  const live = browser.live({ type: 'watch_enrollment', enrollmentId });
  const { step } = await live.told(({ type }) => type === 'step');
  expect(step).toEqual(Reflect.get(Object(answered.value), 'value').step);
  const again = browser.terminal(enrollmentId);
  await again.attached();
  again.type('echo still-$mark\r');
  await again.printed('still-held');
});

test('after kill -9 a page goes on at its byte, one that is opened anew has the scrollback, and what was printed meanwhile is in both', async () => {
  const before = await begin();
  const { enrollmentId } = before.seat;
  before.terminal.type(
    'echo before-$((40 + 2)); for one in 1 2 3 4 5 6 7 8; do sleep 0.25; echo meanwhile-$one; done\r',
  );
  await before.terminal.printed('meanwhile-1');
  const { terminalId } = await before.terminal.told(({ type }) => type === 'attached');
  const { home = '', stop } = product ?? {};
  await stop?.('SIGKILL');
  const since = Buffer.byteLength(before.terminal.output);
  expect(before.terminal.output).not.toContain('meanwhile-8');

  product = await served(home);
  const browser = before.browser.at(product.url);
  const back = browser.terminal(enrollmentId, { attach: false });
  back.sendWhenOpen({ type: 'attach', shell: 'shell-1', since, terminalId, size: { cols: 80, rows: 24 } });
  const attached = await back.told(({ type }) => type === 'attached');
  expect(attached).toMatchObject({ terminalId, offset: since });
  await back.printed('meanwhile-8');
  back.type('echo after-$((40 + 2))\r');
  await back.printed('after-42');
  const whole = before.terminal.output + back.output;
  expect(whole.match(/meanwhile-\d/g)).toEqual(Array.from({ length: 8 }, (_, index) => `meanwhile-${index + 1}`));

  const anew = browser.terminal(enrollmentId);
  await anew.printed('after-42');
  expect(await anew.told(({ type }) => type === 'attached')).toMatchObject({ offset: 0 });
  expect(anew.output.startsWith(whole.slice(0, whole.indexOf('after-')))).toBe(true);
  const spooled = readdirSync(path.join(home, 'web/terminals'));
  expect(spooled).toHaveLength(1);
  anew.type('exit\r');
  await anew.told(({ type }) => type === 'exit');
  expect(readdirSync(path.join(home, 'web/terminals', spooled[0] ?? ''))).toEqual([]);
});
