import path from 'node:path';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DockerDriver } from '#server/sandboxes/drivers/docker/docker-driver.ts';
import { dockerPlace } from '#server/sandboxes/drivers/docker/docker-place.ts';
import { createEngine, type Engine } from '#server/sandboxes/engine/engine.ts';
import { ensureLabImage } from '#server/sandboxes/images/lab-image.ts';
import { createMirror, type Mirror } from '#server/sandboxes/registry/mirror.ts';
import { ownEngine, removeEngine, tracesOf } from './engine-machine.ts';

const CACHE = process.env.CHAPTERHOUSE_CACHE ?? '/var/cache/chapterhouse';
const COURSE = 'virtualization';
const LIMITS = { memoryMiB: 1024, cpus: 2, pids: 1024, diskMiB: 1024 };
const options = { ...ownEngine('overlay', 4), storage: 'overlay2' as const };
let engine: Engine;
let mirror: Mirror;
let driver: DockerDriver;

beforeAll(async () => {
  await removeEngine(options);
  engine = createEngine(options);
  await engine.start();
  mirror = createMirror(engine.facts);
  await mirror.start();
  await mirror.seed();
  const { tag } = await ensureLabImage({
    engine,
    courseId: COURSE,
    directory: path.resolve('content', COURSE, 'sandbox'),
    cacheDirectory: path.join(CACHE, 'images'),
    pullBase: null,
  });
  driver = new DockerDriver({
    installation: `overlay-${process.pid}`,
    place: async () => dockerPlace(engine.facts),
    imageFor: async () => tag,
    host: engine,
    diskUsage: () => engine.diskUsage(),
  });
});
afterAll(async () => {
  await driver?.dispose();
  await mirror?.stop();
  await engine?.stop();
  const left = await tracesOf(options);
  await removeEngine(options);
  expect(left).toEqual([]);
});

test('without btrfs a sandbox runs containers too, and its volumes go with it', async () => {
  const docker = new Docker({ socketPath: engine.facts.socket });
  const volumes = async () => (await docker.listVolumes()).Volumes.map(({ Name }) => Name);
  expect(engine.status().storage).toEqual({ driver: 'overlay2', quota: false });
  const sandbox = await driver.create({ sandboxId: `ov-${process.pid}`, courseId: COURSE, limits: LIMITS });
  try {
    expect(sandbox.capabilities).not.toContain('quota');
    expect(await volumes()).toHaveLength(2);
    const quick = { user: 'student', timeoutMs: 60_000, maxOutputBytes: 10_000 } as const;
    const run = await sandbox.exec({ argv: ['docker', 'run', '--rm', 'alpine', 'echo', 'from within'], ...quick });
    expect(run).toMatchObject({ exitCode: 0, stdout: 'from within\n' });
    const nested = await sandbox.exec({ argv: ['docker', 'info', '--format', '{{.Driver}}'], ...quick });
    expect(nested.stdout).toMatch(/overlay/);
    expect((await sandbox.stats()).diskBytes).toBeNull();
  } finally {
    await sandbox.destroy();
  }
  expect(await volumes()).toEqual([]);
});
