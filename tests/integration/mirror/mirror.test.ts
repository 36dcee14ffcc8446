import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorCode } from '#server/errors.ts';
import { waitUntil } from '#server/sandboxes/engine/processes.ts';
import { archiveOf, openMirror, type TestMirror } from '../../support/mirror-for-tests.ts';

let lab: TestMirror;

beforeAll(async () => {
  lab = await openMirror();
  await lab.mirror.start();
  await lab.mirror.seed();
});
afterAll(() => lab.close());

const names = async () => (await lab.mirror.view()).images.map(({ repository, tag }) => `${repository}:${tag}`);
const manifest = (name: string, tag: string) =>
  fetch(`${lab.url}/v2/${name}/manifests/${tag}`, {
    headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' },
  });

test('the stand-ins are named as such, with platform and size', async () => {
  const { images, running, totalBytes } = await lab.mirror.view();
  expect(running).toBe(true);
  expect(images.map(({ repository, source, platforms }) => [repository, source, platforms.join()])).toEqual([
    ['chapterhouse/hello-web', 'stand-in', 'linux/amd64'],
    ['library/alpine', 'stand-in', 'linux/amd64'],
    ['library/debian', 'stand-in', 'linux/amd64'],
    ['windows/servercore', 'stand-in', 'windows/amd64'],
  ]);
  expect(totalBytes).toBeGreaterThan(images.reduce((most, { sizeBytes }) => Math.max(most, sizeBytes), 0));
});

test('an uploaded image can be pulled, is listed as uploaded, and goes with all of its space', async () => {
  const before = await lab.mirror.view();
  const text = 'x'.repeat(2000) + Math.random();
  expect(await lab.mirror.load(await archiveOf('team/tool:1', text))).toEqual(['team/tool:1']);
  const tool = (await lab.mirror.view()).images.find(({ repository }) => repository === 'team/tool');
  expect(tool).toMatchObject({ source: 'uploaded', standIn: false, platforms: ['linux/amd64'] });
  expect((await manifest('team/tool', '1')).headers.get('docker-content-digest')).toBe(tool?.digest);
  await lab.mirror.remove({ repository: 'team/tool', tag: '1' });
  expect((await manifest('team/tool', '1')).status).toBe(404);
  expect(await lab.mirror.view()).toEqual(before);
});

test('uploaded again, the tag leads to the new content, and the old is forgotten', async () => {
  await lab.mirror.load(await archiveOf('team/again:1', 'old'));
  const first = await lab.mirror.view();
  const old = first.images.find(({ repository }) => repository === 'team/again')?.digest ?? '';
  await lab.mirror.load(await archiveOf('team/again:1', 'new'));
  const second = await lab.mirror.view();
  expect((await manifest('team/again', old)).status).toBe(404);
  expect((await manifest('team/again', '1')).status).toBe(200);
  expect(Math.abs(second.totalBytes - first.totalBytes)).toBeLessThan(200);
  await lab.mirror.remove({ repository: 'team/again', tag: '1' });
});

test('a tag that goes leaves the other one of the same image', async () => {
  await lab.mirror.load(await archiveOf('team/two:a', 'same'));
  await lab.mirror.load(await archiveOf('team/two:b', 'same'));
  await lab.mirror.remove({ repository: 'team/two', tag: 'a' });
  expect((await manifest('team/two', 'a')).status).toBe(404);
  expect((await manifest('team/two', 'b')).status).toBe(200);
  await lab.mirror.remove({ repository: 'team/two', tag: 'b' });
});

test('what an admin uploaded is never replaced by a stand-in; a stand-in that was removed comes back', async () => {
  await lab.mirror.load(await archiveOf('alpine:latest', 'the real one'));
  expect(await lab.mirror.seed()).toEqual([]);
  const { images } = await lab.mirror.view();
  expect(images.find(({ repository }) => repository === 'library/alpine')?.source).toBe('uploaded');
  await lab.mirror.remove({ repository: 'library/alpine', tag: 'latest' });
  expect(await lab.mirror.seed()).toEqual(['library/alpine:latest']);
});

test('an upload that fails, or is broken off, changes nothing that is served', async () => {
  const before = await lab.mirror.view();
  const refused = await lab.mirror.load(Readable.from(['no archive'])).catch(errorCode);
  expect(refused).toBe('archive_invalid');
  const abort = new AbortController();
  const slow = new Readable({ read() {} });
  slow.push('begun');
  const loading = lab.mirror.load(slow, abort.signal).catch(() => 'broken off');
  abort.abort();
  expect(await loading).toBe('broken off');
  expect(await lab.mirror.view()).toEqual(before);
  expect(readdirSync(path.join(lab.home, 'registry/uploads'))).toEqual([]);
  expect(readdirSync(path.join(lab.home, 'registry/generations'))).toHaveLength(1);
});

test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s is refused at every address', async (method) => {
  for (const at of ['/v2/', '/v2/library/alpine/blobs/uploads/', '/v2/library/alpine/manifests/latest']) {
    const answer = await fetch(lab.url + at, { method });
    expect(answer.status).toBe(405);
  }
  expect(await names()).toContain('library/alpine:latest');
});

test.each([
  '/',
  '/v2/_catalog/../x',
  '/debug/vars',
  '/v2/a/blobs/uploads/',
  '/v2/UPPER/manifests/x',
  '/v2/a/manifests/..',
])('%s is nowhere', async (at) => {
  const answer = await fetch(lab.url + at);
  expect(answer.status).toBe(404);
});

test('who talks to sandboxes is nobody on the host, and what writes listens where only root can go', async () => {
  const at = (name: string) => path.join(lab.home, 'registry', name);
  for (const part of ['front', 'local']) {
    const status = readFileSync(`/proc/${readFileSync(at(`run/${part}.pid`), 'utf8').trim()}/status`, 'utf8');
    expect(Number(/^Uid:\t(\d+)/m.exec(status)?.[1])).toBeGreaterThan(0);
    expect(status).toMatch(/^CapEff:\t0+$/m);
  }
  const { mode, uid } = statSync(at('write'));
  expect([mode & 0o777, uid]).toEqual([0o700, 0]);
  expect(statSync(at('run')).mode & 0o777).toBe(0o700);
});

test('a part that is killed comes back, and the next server takes all of them over', async () => {
  const pidOf = (part: string) => Number(readFileSync(path.join(lab.home, `registry/run/${part}.pid`), 'utf8'));
  const [front, local] = [pidOf('front'), pidOf('local')];
  process.kill(front, 'SIGKILL');
  process.kill(local, 'SIGKILL');
  const back = () =>
    manifest('library/alpine', 'latest').then(
      ({ ok }) => ok && pidOf('front') !== front,
      () => false,
    );
  expect(await waitUntil(back, 30_000)).toBe(true);
  lab.mirror.release();
  const kept = pidOf('front');
  await lab.again().start();
  expect(pidOf('front')).toBe(kept);
});
