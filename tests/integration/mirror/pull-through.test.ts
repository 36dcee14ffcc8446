import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitUntil } from '#server/sandboxes/engine/processes.ts';
import { archiveOf, openMirror, type TestMirror } from '../../support/mirror-for-tests.ts';

/** The world: a registry on loopback that this test fills. */
let world: TestMirror;
let lab: TestMirror;

beforeAll(async () => {
  world = await openMirror();
  await world.mirror.start();
  await world.mirror.load(await archiveOf('team/tool:1', 'from the world'));
  await world.mirror.load(await archiveOf('team/late:1', 'asked for late'));
  await world.mirror.load(await archiveOf('alpine:latest', 'the real alpine'));
  lab = await openMirror({ upstream: world.url });
  await lab.mirror.start();
  await lab.mirror.seed();
});
afterAll(async () => {
  await lab.close();
  await world.close();
});

const ACCEPT = {
  accept:
    'application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json',
};
const manifest = (at: TestMirror, name: string, tag: string) =>
  fetch(`${at.url}/v2/${name}/manifests/${tag}`, { headers: ACCEPT });
const digest = async (at: TestMirror, name: string, tag: string) =>
  (await manifest(at, name, tag)).headers.get('docker-content-digest');

/** Fetches an image whole, as Docker does. */
async function pull(name: string, tag: string): Promise<boolean> {
  const answer = await manifest(lab, name, tag);
  if (!answer.ok) return false;
  const told: { config: { digest: string }; layers: { digest: string }[] } = JSON.parse(await answer.text());
  const blobs = [told.config, ...told.layers].map((one) => fetch(`${lab.url}/v2/${name}/blobs/${one.digest}`));
  return (await Promise.all(blobs)).every(({ ok }) => ok);
}

test('what the mirror does not have is fetched from the registry that the admin named', async () => {
  expect(await pull('team/tool', '1')).toBe(true);
  const listed = async () => (await lab.mirror.view()).images.find(({ repository }) => repository === 'team/tool');
  expect(await waitUntil(async () => (await listed())?.source === 'pulled', 10_000)).toBe(true);
  expect((await listed())?.platforms).toEqual(['linux/amd64']);
});

test('what neither has is missing, in words', async () => {
  const answer = await manifest(lab, 'team/nowhere', '1');
  expect(answer.status).toBe(404);
  expect(await answer.text()).toContain('the mirror has no team/nowhere 1');
});

test('the real image goes before the stand-in that imitates it; what was uploaded goes before both', async () => {
  expect(await digest(lab, 'library/alpine', 'latest')).toBe(await digest(world, 'library/alpine', 'latest'));
  await lab.mirror.load(await archiveOf('team/tool:1', 'our own'));
  expect(await digest(lab, 'team/tool', '1')).not.toBe(await digest(world, 'team/tool', '1'));
  await lab.mirror.remove({ repository: 'team/tool', tag: '1' });
  expect(await digest(lab, 'team/tool', '1')).toBe(await digest(world, 'team/tool', '1'));
});

test('while the world is away, what was fetched and what is our own is served, the rest is refused with the reason', async () => {
  await world.mirror.stop();
  expect(await pull('team/tool', '1')).toBe(true);
  expect((await manifest(lab, 'chapterhouse/hello-web', 'latest')).status).toBe(200);
  const late = await manifest(lab, 'team/late', '1');
  expect(late.status).toBe(503);
  expect(await late.text()).toContain('could not fetch it');
});

test('a server that starts while the world is away serves what it has, and fetches again once it is back', async () => {
  await lab.mirror.stop();
  const next = lab.again();
  await next.start();
  expect(await next.running()).toBe(true);
  expect(await pull('team/tool', '1')).toBe(true);
  expect((await manifest(lab, 'team/late', '1')).status).toBe(503);
  await world.again().start();
  expect(await waitUntil(() => pull('team/late', '1'), 60_000)).toBe(true);
});

test('a fetched image can be removed, its space given back', async () => {
  const next = lab.again();
  await next.start();
  const before = await next.view();
  await world.mirror.stop();
  await next.remove({ repository: 'team/tool', tag: '1' });
  expect((await next.view()).totalBytes).toBeLessThan(before.totalBytes);
  expect((await next.view()).images.some(({ repository }) => repository === 'team/tool')).toBe(false);
});

test('another registry, or none: what the first one called by these names is not served any more', async () => {
  await lab.again().stop();
  const closed = lab.again({ upstream: null });
  await closed.start();
  expect((await manifest(lab, 'team/late', '1')).status).toBe(404);
  expect((await manifest(lab, 'library/alpine', 'latest')).status).toBe(200);
});
