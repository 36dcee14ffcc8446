import {
  type Blob,
  DOCKER_LIST,
  DOCKER_MANIFEST,
  type ImageContent,
  type Manifest,
  OCI_INDEX,
  OCI_MANIFEST,
} from '../image-content.ts';
import { invalid } from './archive-limits.ts';
import { type Descriptor, imageConfiguration, ociIndex, ociManifest } from './archive-schema.ts';
import { blobFrom } from './docker-archive.ts';
import { type ImageReference, imageReference } from './image-name.ts';
import { unpackedDigest } from './layer-file.ts';
import { mustFind, type Reading, readJson } from './read-images.ts';
import type { StoredFile } from './unpack-archive.ts';

const INDEX_TYPES: readonly string[] = [OCI_INDEX, DOCKER_LIST];
const MANIFEST_TYPES: readonly string[] = [OCI_MANIFEST, DOCKER_MANIFEST];
/** Where the common tools write the whole name; then, where they write the name or only the tag. */
const NAME_KEYS = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'];

/** An OCI layout: `index.json` leads to manifests or to further indexes, everything lying under its digest. */
export async function readOciArchive(reading: Reading): Promise<ImageContent[]> {
  const { value } = await readJson(reading, { name: 'index.json', schema: ociIndex });
  const images: ImageContent[] = [];
  for (const one of value.manifests) {
    const collected: Collected = { blobs: new Map(), manifests: new Map(), depth: 0 };
    await collect(reading, one, collected);
    const manifests = [...collected.manifests.values()];
    const tagged = manifests.at(-1);
    if (tagged === undefined) throw invalid('it names no image');
    images.push({
      ...nameOf(one, reading),
      blobs: [...collected.blobs.values()],
      parts: manifests.slice(0, -1),
      tagged,
    });
  }
  return images;
}

function nameOf({ annotations }: Descriptor, { known }: Reading): ImageReference {
  const name = NAME_KEYS.map((key) => annotations?.[key]).find((value) => value !== undefined);
  if (name === undefined || !/[:/]/.test(name)) throw invalid('an image in it has no whole name, such as tool:1.0');
  return imageReference(name, known);
}

/** In the order of pushing: what is named comes before what names it. */
type Collected = { blobs: Map<string, Blob>; manifests: Map<string, Manifest>; depth: number };

async function collect(reading: Reading, one: Descriptor, collected: Collected): Promise<void> {
  if (collected.manifests.has(one.digest)) return;
  const type = one.mediaType ?? OCI_MANIFEST;
  const name = checkedName(reading, one);
  if (INDEX_TYPES.includes(type)) {
    if (collected.depth >= reading.limits.depth) throw invalid('its indexes are nested too deeply');
    const { value, content } = await readJson(reading, { name, schema: ociIndex });
    for (const part of value.manifests) await collect(reading, part, { ...collected, depth: collected.depth + 1 });
    collected.manifests.set(one.digest, { digest: one.digest, mediaType: type, content });
  } else if (MANIFEST_TYPES.includes(type)) {
    const { value, content } = await readJson(reading, { name, schema: ociManifest });
    await collectContent(reading, value, collected);
    collected.manifests.set(one.digest, { digest: one.digest, mediaType: type, content });
  } else throw invalid(`${type} is no image`);
}

async function collectContent(
  reading: Reading,
  { config, layers }: { config: Descriptor; layers: Descriptor[] },
  { blobs }: Collected,
): Promise<void> {
  const name = checkedName(reading, config);
  const { file, value } = await readJson(reading, { name, schema: imageConfiguration });
  blobs.set(config.digest, blobFrom(file));
  const { diff_ids: expected } = value.rootfs;
  if (expected.length !== layers.length) throw invalid(`${name} and its manifest count the layers differently`);
  for (const [i, layer] of layers.entries()) {
    const stored = mustFind(reading, checkedName(reading, layer));
    if ((await unpackedDigest(stored, reading)) !== expected[i])
      throw invalid(`${layer.digest} is not the layer that ${name} names`);
    blobs.set(layer.digest, blobFrom(stored));
  }
}

/** Where the layout keeps it; looked at: its bytes and their count are those that were named. */
function checkedName(reading: Reading, { digest, size }: Descriptor): string {
  const name = `blobs/${digest.replace(':', '/')}`;
  const file: StoredFile = mustFind(reading, name);
  if (file.digest !== digest || file.size !== size) throw invalid(`${name} is not what its name says`);
  return name;
}
