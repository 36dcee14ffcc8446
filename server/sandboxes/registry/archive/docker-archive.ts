import { createReadStream } from 'node:fs';
import path from 'node:path';
import {
  type Blob,
  DOCKER_CONFIG,
  DOCKER_LAYER,
  DOCKER_MANIFEST,
  type ImageContent,
  manifestOf,
} from '../image-content.ts';
import { invalid } from './archive-limits.ts';
import { type DockerImage, dockerArchive, imageConfiguration } from './archive-schema.ts';
import { imageReference } from './image-name.ts';
import { packLayer, unpackedDigest } from './layer-file.ts';
import { mustFind, type Reading, readJson } from './read-images.ts';
import type { StoredFile } from './unpack-archive.ts';

/** What `docker save` wrote: one list of images, each with its names, its configuration and its layers. */
export async function readDockerArchive(reading: Reading): Promise<ImageContent[]> {
  const { value: images } = await readJson(reading, { name: 'manifest.json', schema: dockerArchive });
  const packed = new Map<string, Promise<StoredFile>>();
  const found: ImageContent[] = [];
  for (const image of images) {
    const names = image.RepoTags ?? [];
    if (names.length === 0) throw invalid('an image in it has no name: save it by its name, not by its number');
    const content = await readImage(reading, image, packed);
    for (const name of names) found.push({ ...imageReference(name, reading.known), ...content });
  }
  return found;
}

type Packed = Map<string, Promise<StoredFile>>;

async function readImage(reading: Reading, { Config, Layers }: DockerImage, packed: Packed) {
  const { file, value } = await readJson(reading, { name: Config, schema: imageConfiguration });
  const named = /([0-9a-f]{64})(?:\.json)?$/.exec(Config)?.[1];
  if (named !== undefined && file.digest !== `sha256:${named}`) throw invalid(`${Config} is not what its name says`);
  const { diff_ids: expected } = value.rootfs;
  if (expected.length !== Layers.length) throw invalid(`${Config} and manifest.json count the layers differently`);
  const layers: StoredFile[] = [];
  for (const [i, name] of Layers.entries()) {
    const layer = mustFind(reading, name);
    if ((await unpackedDigest(layer, reading)) !== expected[i])
      throw invalid(`${name} is not the layer that ${Config} names`);
    layers.push(await packOnce(reading, layer, packed));
  }
  const tagged = manifestOf(DOCKER_MANIFEST, {
    config: { mediaType: DOCKER_CONFIG, size: file.size, digest: file.digest },
    layers: layers.map(({ size, digest }) => ({ mediaType: DOCKER_LAYER, size, digest })),
  });
  return { blobs: [file, ...layers].map(blobFrom), parts: [], tagged };
}

/** Images of one archive share layers. */
function packOnce({ directory, signal }: Reading, layer: StoredFile, packed: Packed): Promise<StoredFile> {
  const before = packed.get(layer.digest);
  if (before) return before;
  const target = path.join(directory, `packed-${packed.size}`);
  const made = packLayer(layer, target, signal);
  packed.set(layer.digest, made);
  return made;
}

export const blobFrom = ({ path: file, size, digest }: StoredFile): Blob => ({
  digest,
  size,
  open: () => createReadStream(file),
});
