import { Readable } from 'node:stream';
import Docker from 'dockerode';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '#server/sandboxes/driver.ts';
import { ensureBaseImage } from '#server/sandboxes/images/base-image.ts';
import { newestImage, removeOldImages } from '#server/sandboxes/images/old-images.ts';
import { type Lab, openLab } from '../../support/lab-for-tests.ts';
import { archiveOf, openMirror } from '../../support/mirror-for-tests.ts';

let lab: Lab;
let sandbox: Sandbox;

beforeAll(async () => {
  lab = await openLab();
  sandbox = await lab.freshSandbox();
});
afterAll(() => lab.close());

async function inside(script: string): Promise<{ exitCode: number | null; output: string }> {
  const argv = ['sh', '-c', script] as const;
  const result = await sandbox.exec({ argv, user: 'root', timeoutMs: 90_000, maxOutputBytes: 20_000 });
  return { exitCode: result.exitCode, output: `${result.stdout}${result.stderr}` };
}

/** What an admin does on a machine of their own: here the nested engine is that machine. */
const SAVE = [
  "docker run --name maker alpine sh -c 'echo from-the-admin > /note'",
  'docker commit maker team/tool:1',
  'docker save -o /tmp/tool.tar team/tool:1',
  'docker rm maker',
  'docker rmi team/tool:1',
].join(' && ');

test('an image that docker save wrote is uploaded, pulled by a nested engine, and runs', async () => {
  const saved = await inside(SAVE);
  expect(saved.exitCode, saved.output).toBe(0);
  const [file] = await sandbox.getFiles(['/tmp/tool.tar']);
  expect(await lab.mirror.load(Readable.from([Buffer.from(file?.content ?? '')]))).toEqual(['team/tool:1']);
  const ran = await inside('docker run --rm team/tool:1 cat /note');
  expect(ran, ran.output).toMatchObject({ exitCode: 0, output: expect.stringContaining('from-the-admin') });
  await lab.mirror.remove({ repository: 'team/tool', tag: '1' });
  const gone = await inside('docker rmi -f team/tool:1; docker pull team/tool:1');
  expect(gone.exitCode).not.toBe(0);
});

test('a sandbox cannot write to the mirror, whatever it tries', async () => {
  const host = lab.mirror.host;
  const pushed = await inside(
    `docker pull -q alpine && docker tag alpine ${host}/alpine:evil && docker push ${host}/alpine:evil`,
  );
  expect(pushed.exitCode, pushed.output).not.toBe(0);
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    const asked = await inside(
      `curl -s -o /dev/null -w '%{http_code}' -X ${method} http://${host}/v2/library/alpine/blobs/uploads/`,
    );
    expect(asked.output).toBe('405');
  }
  const { images } = await lab.mirror.view();
  expect(images.some(({ tag }) => tag === 'evil')).toBe(false);
});

test('the base of a lab image is pulled where a registry has it; the engine asks the one that is named', async () => {
  const world = await openMirror();
  const docker = new Docker({ socketPath: lab.engine.facts.socket });
  try {
    await world.mirror.start();
    await world.mirror.load(await archiveOf('base/debian:sid', 'a base'));
    const name = `127.0.0.1:${world.port}/base/debian:sid`;
    const lines: string[] = [];
    const signal = AbortSignal.timeout(60_000);
    const base = await ensureBaseImage({ docker, pull: name, onLine: (line) => lines.push(line), signal });
    expect(base).toBe(name);
    expect(lines).toEqual([]);
    await docker.getImage(name).remove();
  } finally {
    await world.close();
  }
});

test('an old image of a course goes, the one that counts stays, and so does one that a container was made from', async () => {
  const docker = new Docker({ socketPath: lab.engine.facts.socket });
  const world = await openMirror();
  const made: string[] = [];
  try {
    await world.mirror.start();
    for (const version of ['old', 'used', 'new']) {
      await world.mirror.load(await archiveOf(`lab/${version}:1`, version));
      const name = `127.0.0.1:${world.port}/lab/${version}:1`;
      await ensureBaseImage({ docker, pull: name, onLine: () => undefined, signal: AbortSignal.timeout(60_000) });
      await docker.getImage(name).tag({ repo: 'chapterhouse/lab-swap-test', tag: version });
      await docker.getImage(name).remove();
      made.push(`chapterhouse/lab-swap-test:${version}`);
    }
    const container = await docker.createContainer({ Image: 'chapterhouse/lab-swap-test:used', Cmd: ['/x'] });
    const kept = 'chapterhouse/lab-swap-test:new';
    expect(await removeOldImages(docker, 'swap-test', kept)).toEqual(['chapterhouse/lab-swap-test:old']);
    await container.remove();
    expect(await removeOldImages(docker, 'swap-test', kept)).toEqual(['chapterhouse/lab-swap-test:used']);
    expect(await newestImage(docker, 'swap-test')).toBe(kept);
  } finally {
    for (const name of made)
      await docker
        .getImage(name)
        .remove({ force: true })
        .catch(() => undefined);
    await world.close();
  }
});
