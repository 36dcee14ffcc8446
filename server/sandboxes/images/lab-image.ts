import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import Docker from 'dockerode';
import { AppError, errorCode } from '#server/errors.ts';
import type { Engine } from '#server/sandboxes/engine/engine.ts';
import { tarArchive } from '#server/sandboxes/registry/tar-archive.ts';
import { ensureBaseImage, hasImage } from './base-image.ts';
import { buildContext, folderDigest, labImageTag, namedFolder } from './build-folder.ts';
import { flattenImage } from './flatten-image.ts';
import { nameReplaced } from './old-images.ts';

export type BuildPhase = 'load' | 'base' | 'build' | 'flatten' | 'archive' | 'ready';
/** `percent` is of this phase; null where nobody can tell. */
export type BuildProgress = { phase: BuildPhase; percent: number | null; line: string };

export type LabImageRequest = {
  engine: Engine;
  courseId: string;
  /** The course's sandbox folder: a Dockerfile and what it copies. */
  directory: string;
  /** Where archives of built images lie, for other engines and later installations. */
  cacheDirectory: string;
  /** The name by which a registry is asked for the base before it is made from packages; null asks none. */
  pullBase: string | null;
  /** Build though the image is there: its packages may be newer now. */
  force?: boolean;
  onProgress?: (progress: BuildProgress) => void;
  signal?: AbortSignal;
};

/** Base, layers, the joined image and its archive, side by side for a while. */
const BUILD_BYTES = 5 * 1024 ** 3;

export type LabImage = { tag: string; digest: string; sizeBytes: number; source: 'present' | 'archive' | 'built' };

/** The image's name for the folder as it is now, and whether the engine has it. */
export async function findLabImage({
  engine,
  courseId,
  directory,
}: Pick<LabImageRequest, 'engine' | 'courseId' | 'directory'>) {
  const tag = labImageTag(courseId, folderDigest(await namedFolder(directory)));
  return { tag, present: await hasImage(new Docker({ socketPath: engine.facts.socket }), tag) };
}

type Build = Required<LabImageRequest> & { docker: Docker; tag: string; archive: string };

/** Makes sure of a course's image: there already, from its archive, or built. A run that died is simply run again. */
export async function ensureLabImage(request: LabImageRequest): Promise<LabImage> {
  const digest = folderDigest(await namedFolder(request.directory));
  const build: Build = {
    onProgress: () => undefined,
    signal: new AbortController().signal,
    force: false,
    ...request,
    docker: new Docker({ socketPath: request.engine.facts.socket }),
    tag: labImageTag(request.courseId, digest),
    archive: path.join(request.cacheDirectory, `lab-${request.courseId}-${digest}.tar`),
  };
  try {
    const source = await obtain(build);
    const { Size } = await build.docker.getImage(build.tag).inspect();
    build.onProgress({ phase: 'ready', percent: 100, line: build.tag });
    return { tag: build.tag, digest, sizeBytes: Size, source };
  } catch (error) {
    if (build.signal.aborted || errorCode(error) !== 'internal') throw error;
    throw new AppError('image_build_failed', `the image of ${request.courseId} could not be built`, { cause: error });
  }
}

async function obtain(build: Build): Promise<LabImage['source']> {
  if (!build.force) {
    if (await hasImage(build.docker, build.tag)) return 'present';
    if (await loadArchive(build)) return 'archive';
  }
  const { docker, engine, signal, onProgress, tag } = build;
  await needRoom(engine.facts.home);
  const onLine = (line: string) => onProgress({ phase: 'base', percent: null, line });
  const base = await ensureBaseImage({ docker, pull: build.pullBase, onLine, signal });
  const layered = `${tag}-layers`;
  await runBuild(build, base, layered);
  onProgress({ phase: 'flatten', percent: null, line: 'joining the layers into one' });
  await nameReplaced(docker, tag);
  await flattenImage({ docker, socket: engine.facts.socket, from: layered, to: tag, signal });
  await docker.getImage(layered).remove();
  await saveArchive(build);
  return 'built';
}

/** A build that fills the disk takes the sandboxes that run with it: it does not begin. */
async function needRoom(home: string): Promise<void> {
  const { bavail, bsize } = await statfs(home);
  if (bavail * bsize < BUILD_BYTES)
    throw new AppError('disk_full', `a build needs ${BUILD_BYTES} bytes at ${home}, ${bavail * bsize} are free`);
}

async function runBuild(
  { docker, engine, directory, force, signal, onProgress }: Build,
  base: string,
  tag: string,
): Promise<void> {
  const files = await buildContext(directory);
  const context = await tarArchive(files.map((file) => ({ kind: 'file' as const, ...file })));
  await using _network = await engine.openBuildNetwork();
  const stream = await docker.buildImage(Readable.from([context]), {
    t: tag,
    version: '1',
    buildargs: { BASE_IMAGE: base },
    networkmode: engine.facts.buildNetwork.name,
    nocache: force,
    rm: true,
    forcerm: true,
    abortSignal: signal,
  });
  let percent = 0;
  const report = (event: unknown) => {
    const line = eventLine(event);
    const [, step, of] = /^Step (\d+)\/(\d+)/.exec(line) ?? [];
    if (step !== undefined && of !== undefined) percent = Math.round((100 * (Number(step) - 1)) / Number(of));
    if (line !== '') onProgress({ phase: 'build', percent, line });
  };
  await new Promise<void>((resolve, reject) => {
    // Closing the connection is what ends a build in the engine.
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()), report);
  });
}

/** One line of a build's output, whatever the engine wrapped it in. */
function eventLine(event: unknown): string {
  if (typeof event !== 'object' || event === null) return '';
  if ('stream' in event && typeof event.stream === 'string') return event.stream.trim();
  return 'status' in event && typeof event.status === 'string' ? event.status : '';
}

async function loadArchive({ docker, archive, tag, onProgress }: Build): Promise<boolean> {
  const found = await stat(archive).catch(() => null);
  if (found === null) return false;
  onProgress({ phase: 'load', percent: null, line: `loading ${archive}` });
  const stream = await docker.loadImage(createReadStream(archive));
  await new Promise<void>((resolve, reject) =>
    docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve())),
  );
  return hasImage(docker, tag);
}

async function saveArchive({ docker, archive, tag, signal, onProgress }: Build): Promise<void> {
  onProgress({ phase: 'archive', percent: null, line: `writing ${archive}` });
  const partial = `${archive}.${process.pid}.partial`;
  await mkdir(path.dirname(archive), { recursive: true });
  try {
    await pipeline(await docker.getImage(tag).get(), createWriteStream(partial), { signal });
    await rename(partial, archive);
  } finally {
    await rm(partial, { force: true });
  }
}
