import { gzipSync } from 'node:zlib';
import {
  type Blob,
  blobOf,
  DOCKER_CONFIG,
  DOCKER_LAYER,
  DOCKER_LIST,
  DOCKER_MANIFEST,
  type ImageContent,
  manifestOf,
  STAND_IN_LABEL,
  sha256,
} from './image-content.ts';
import { type TarEntry, tarArchive } from './tar-archive.ts';

type ImageName = {
  repository: string;
  tag: string;
  platform: { os: string; architecture: string; 'os.version'?: string };
  config: { Cmd?: string[]; Env?: string[]; ExposedPorts?: Record<string, object>; WorkingDir?: string };
};

export type ImageRecipe = ImageName & { entries: TarEntry[] };

/** A compressed tar, and the digest of the plain one. */
export type Layer = { blob: Blob; diffId: string };

/** A fixed day: an image's digest follows from its content. */
const CREATED = '2026-01-01T00:00:00Z';

/** A small stand-in, its layer made of files that are given one by one. */
export async function imageFiles({ entries, ...name }: ImageRecipe): Promise<ImageContent> {
  const tar = await tarArchive(entries);
  return imageOf(name, { blob: blobOf(gzipSync(tar, { level: 6 })), diffId: sha256(tar) });
}

/** A stand-in as a registry stores it: a layer, its configuration, its manifest, and a list that names the platform. */
export function imageOf({ repository, tag, platform, config }: ImageName, { blob, diffId }: Layer): ImageContent {
  const configuration = blobOf(
    JSON.stringify({
      ...platform,
      created: CREATED,
      config: { ...config, Labels: { [STAND_IN_LABEL]: `${repository}:${tag}` } },
      rootfs: { type: 'layers', diff_ids: [diffId] },
      history: [{ created: CREATED, created_by: 'chapterhouse stand-in' }],
    }),
  );
  const image = manifestOf(DOCKER_MANIFEST, {
    config: { mediaType: DOCKER_CONFIG, size: configuration.size, digest: configuration.digest },
    layers: [{ mediaType: DOCKER_LAYER, size: blob.size, digest: blob.digest }],
  });
  const tagged = manifestOf(DOCKER_LIST, {
    manifests: [{ mediaType: DOCKER_MANIFEST, size: image.content.length, digest: image.digest, platform }],
  });
  return { repository, tag, blobs: [blob, configuration], parts: [image], tagged };
}
