import { appendFileSync, chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createEngine } from '#server/sandboxes/engine/engine.ts';
import { createMirror } from '#server/sandboxes/registry/mirror.ts';
import { tarArchive } from '#server/sandboxes/registry/tar-archive.ts';
import { type Joined, ProductBrowser } from '../../support/product-browser.ts';
import { COURSE, seedSchool } from '../../support/seed-school.ts';
import { newHome, type ServedProduct, serveProduct } from '../../support/served-product.ts';
import { ownEngine, removeEngine, runningPid } from '../sandboxes/engine-machine.ts';

/** An engine of this file alone, with a base that holds nothing: enough for a build to fail in earnest. */
const ENGINE = ownEngine('engine-product', 5);
const BASE = { repo: 'chapterhouse/base-sid', tag: '1' };

let product: ServedProduct | undefined;
let content: string | undefined;
let browser: ProductBrowser;
let seat: Joined;

beforeAll(async () => {
  await clean();
  const engine = createEngine(ENGINE);
  await engine.start();
  const docker = new Docker({ socketPath: engine.facts.socket });
  const nothing = tarArchive([{ kind: 'file', path: 'empty', mode: 0o644, content: '' }]);
  await docker.importImage(Readable.from([nothing]), BASE);
  engine.release();

  content = mkdtempSync(path.join(tmpdir(), 'chapterhouse-content-'));
  chmodSync(content, 0o755);
  cpSync('content', content, { recursive: true });
  appendFileSync(path.join(content, COURSE, 'sandbox/Dockerfile'), '\nRUN no-such-program\n');
  const home = newHome();
  const school = await seedSchool(home);
  product = await serveProduct({
    home,
    env: {
      CHAPTERHOUSE_DRIVER: 'docker',
      CHAPTERHOUSE_CONTENT: content,
      CHAPTERHOUSE_ENGINE_HOME: ENGINE.home,
      CHAPTERHOUSE_ENGINE_INDEX: String(ENGINE.index),
      CHAPTERHOUSE_CACHE: path.join(home, 'cache'),
    },
  });
  browser = new ProductBrowser(product.url);
  seat = await browser.join(school.open.code, 'Cleo');
});
afterAll(async () => {
  await product?.dispose();
  await clean();
  if (content) rmSync(content, { recursive: true, force: true });
});

async function clean(): Promise<void> {
  await createMirror(createEngine(ENGINE).facts).stop();
  await removeEngine(ENGINE);
}

type Check = { name: string; ok: boolean; detail: string };

/** Waits until what health says of one thing is as wanted; the server must answer 200 all the while. */
function health(name: string, detail: string): Promise<Check> {
  return vi.waitFor(
    async () => {
      const { status, json } = await browser.get('/api/health');
      expect(status).toBe(200);
      const check = (json.checks as Check[]).find((one) => one.name === name);
      expect(check).toMatchObject({ name, detail });
      return check as Check;
    },
    { timeout: 60_000, interval: 20 },
  );
}

test('a lab image that cannot be built is told by its code to health, page and terminal, and the chapter can be read', async () => {
  expect(await health(`image ${COURSE}`, 'failed')).toMatchObject({ ok: false });
  await vi.waitFor(() => expect(product?.output()).toContain('image_build_failed'));
  expect((await browser.get('/api/health?ready=1')).status).toBe(503);

  const page = await browser.openChapter(seat.classroomId);
  expect(page.status).toBe(200);
  const live = browser.live({ type: 'watch_enrollment', enrollmentId: seat.enrollmentId });
  const { sandbox } = await live.told(({ type }) => type === 'sandbox');
  expect(sandbox).toMatchObject({ phase: 'queued', error: 'image_build_failed' });
  const refused = await browser.terminal(seat.enrollmentId).closed;
  expect(refused).toEqual({ code: 4500, reason: 'image_build_failed' });
});

test('an engine killed under the server is told by health and comes back, and the server answers all the while', async () => {
  const engine = createEngine(ENGINE);
  await engine.start();
  const pid = runningPid(engine);
  engine.release();
  process.kill(pid, 'SIGKILL');
  expect(await health('engine', 'restarting')).toMatchObject({ ok: false });
  expect(await health('engine', 'running')).toMatchObject({ ok: true });
  expect((await browser.openChapter(seat.classroomId)).status).toBe(200);
});
