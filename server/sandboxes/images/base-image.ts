import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type Docker from 'dockerode';
import { AppError } from '#server/errors.ts';
import { hostArchive } from '#server/sandboxes/engine/host-archive.ts';
import { RECIPE_VERSION } from './build-folder.ts';

/** What a lab starts from where the admin says no other name. */
export const PUBLIC_BASE = 'debian:sid';
const BOOTSTRAPPED = `chapterhouse/base-sid:${RECIPE_VERSION}`;
const PULL_TIMEOUT_MS = 20_000;

export type BaseRequest = {
  docker: Docker;
  /** The name to pull it by; null asks no registry. */
  pull: string | null;
  onLine: (line: string) => void;
  signal: AbortSignal;
};

/** The image that a lab starts from: the public one where a registry answers, else one made of the host's own package mirror. */
export async function ensureBaseImage(request: BaseRequest): Promise<string> {
  const { docker, pull, onLine } = request;
  // Who names a registry wants its image, also where a base was made from packages before.
  if (pull !== null && (await pulled(request, pull))) return pull;
  if (await hasImage(docker, BOOTSTRAPPED)) return BOOTSTRAPPED;
  onLine('no registry was reached: making the base from packages');
  await bootstrap(request);
  return BOOTSTRAPPED;
}

export async function hasImage(docker: Docker, tag: string): Promise<boolean> {
  return docker
    .getImage(tag)
    .inspect()
    .then(() => true)
    .catch(() => false);
}

async function pulled({ docker, signal }: BaseRequest, name: string): Promise<boolean> {
  const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(PULL_TIMEOUT_MS)]);
  try {
    const stream = await docker.pull(name, { abortSignal });
    await new Promise<void>((resolve, reject) =>
      docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve())),
    );
    return await hasImage(docker, name);
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

async function bootstrap({ docker, onLine, signal }: BaseRequest): Promise<void> {
  const source = `deb ${await hostArchive()} sid main contrib`;
  const slim = ['doc', 'man', 'info', 'locale'].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`);
  const args = [
    '--variant=minbase',
    '--include=ca-certificates',
    '--aptopt=Acquire::Check-Valid-Until "false"',
    ...slim,
    'sid',
    '-',
    source,
  ];
  const child = spawn('mmdebstrap', args, { stdio: ['ignore', 'pipe', 'pipe'], signal });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    for (const line of text.split('\n')) if (line.trim() !== '') onLine(line.trim());
  });
  const [repo, tag] = BOOTSTRAPPED.split(':');
  // The engine is asked only when there is something to read: a request that says nothing for minutes may be ended.
  await Promise.race([once(child.stdout, 'readable'), ended]);
  // Imported under a passing name: a bootstrap that died half-way must not look like a base.
  const imported = docker
    .importImage(child.stdout, { repo: `${repo}-partial`, tag: tag ?? 'latest' })
    .then((stream) => stream.resume());
  // Nobody would read what it goes on writing: it would never end.
  imported.catch(() => {
    child.kill();
    child.stdout.resume();
  });
  const exitCode = await ended;
  if (exitCode === null) await imported;
  if (exitCode !== 0) throw new AppError('image_build_failed', `mmdebstrap ended with ${exitCode}`);
  await finished(await imported);
  const partial = docker.getImage(`${repo}-partial:${tag}`);
  await partial.tag({ repo: repo ?? '', tag: tag ?? 'latest' });
  await partial.remove();
}

function finished(stream: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!stream.readable) return resolve();
    stream.once('end', resolve);
    stream.once('error', reject);
  });
}
