import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { MirrorImageView } from '#server/shared/views.ts';
import { DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST, STAND_IN_LABEL } from './image-content.ts';
import { type Answer, callSocket } from './socket-http.ts';

const ACCEPT = [DOCKER_LIST, OCI_INDEX, DOCKER_MANIFEST, OCI_MANIFEST].join(', ');
const PAGE = 1000;

const catalog = z.object({ repositories: z.array(z.string()).nullable() });
const tagList = z.object({ tags: z.array(z.string()).nullable() });
const sized = z.object({ digest: z.string(), size: z.number().int().nonnegative() });
const platform = z.object({ os: z.string().optional(), architecture: z.string().optional() });
const manifest = z.object({
  config: sized.optional(),
  layers: z.array(sized).optional(),
  manifests: z.array(sized.extend({ platform: platform.optional() })).optional(),
});
const configuration = platform.extend({
  config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
});

type Reader = { socket: string; repository: string };
type Parts = { sizes: Map<string, number>; platforms: string[]; standIn: boolean };

/** Every tag of a registry with its size and platforms; what is not complete (a list's part that was never fetched) counts as it is. */
export async function listImages(socket: string, kept: 'uploaded' | 'pulled'): Promise<MirrorImageView[]> {
  const { repositories } = catalog.parse(json(await get(socket, `/v2/_catalog?n=${PAGE}`)));
  const images: MirrorImageView[] = [];
  for (const repository of repositories ?? []) {
    const answer = await get(socket, `/v2/${repository}/tags/list`);
    if (answer.status !== 200) continue;
    for (const tag of (tagList.parse(json(answer)).tags ?? []).toSorted()) {
      const image = await readImage({ socket, repository }, tag);
      if (image) images.push({ repository, tag, ...image, source: image.standIn ? 'stand-in' : kept });
    }
  }
  return images;
}

async function readImage(
  reader: Reader,
  tag: string,
): Promise<Omit<MirrorImageView, 'repository' | 'tag' | 'source'> | null> {
  const parts: Parts = { sizes: new Map(), platforms: [], standIn: false };
  const digest = await readManifest(reader, tag, parts);
  if (digest === null) return null;
  const sizeBytes = [...parts.sizes.values()].reduce((sum, size) => sum + size, 0);
  return { digest, sizeBytes, platforms: [...new Set(parts.platforms)], standIn: parts.standIn };
}

/** Answers the manifest's digest; null where it is not there. */
async function readManifest(reader: Reader, reference: string, parts: Parts): Promise<string | null> {
  const answer = await get(reader.socket, `/v2/${reader.repository}/manifests/${reference}`);
  if (answer.status !== 200) return null;
  const { config, layers = [], manifests = [] } = manifest.parse(json(answer));
  parts.sizes.set(reference, answer.body.length);
  for (const { digest, size } of layers) parts.sizes.set(digest, size);
  if (config) await readConfiguration(reader, config, parts);
  for (const one of manifests) {
    // The same part may be named many times, at each level.
    if (!parts.sizes.has(one.digest)) await readManifest(reader, one.digest, parts);
  }
  return String(answer.headers['docker-content-digest'] ?? '');
}

async function readConfiguration(reader: Reader, { digest, size }: z.infer<typeof sized>, parts: Parts): Promise<void> {
  parts.sizes.set(digest, size);
  const answer = await get(reader.socket, `/v2/${reader.repository}/blobs/${digest}`);
  if (answer.status !== 200) return;
  const told = configuration.safeParse(json(answer));
  if (!told.success) return;
  const { os, architecture, config } = told.data;
  if (os !== undefined && architecture !== undefined) parts.platforms.push(`${os}/${architecture}`);
  if (config?.Labels?.[STAND_IN_LABEL] !== undefined) parts.standIn = true;
}

const get = (socket: string, url: string): Promise<Answer> =>
  callSocket({ socket, method: 'GET', path: url, headers: { accept: ACCEPT } });

const json = ({ body }: Answer): unknown => JSON.parse(body.toString('utf8'));

/** Bytes of all files below a folder, each counted once. */
export async function folderBytes(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    // A file goes at any moment.
    .map((entry) =>
      stat(path.join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
