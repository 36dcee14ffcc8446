import { gzipSync } from 'node:zlib';
import {
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

export type ImageRecipe = {
  repository: string;
  tag: string;
  platform: { os: string; architecture: string; 'os.version'?: string };
  entries: TarEntry[];
  config: { Cmd?: string[]; Env?: string[]; ExposedPorts?: Record<string, object>; WorkingDir?: string };
};

/** A fixed day: an image's digest follows from its content. */
const CREATED = '2026-01-01T00:00:00Z';

/** A stand-in as a registry stores it: a layer, its configuration, its manifest, and a list that names the platform. */
export async function imageFiles({ repository, tag, platform, entries, config }: ImageRecipe): Promise<ImageContent> {
  const tar = await tarArchive(entries);
  const layer = blobOf(gzipSync(tar, { level: 6 }));
  const configuration = blobOf(
    JSON.stringify({
      ...platform,
      created: CREATED,
      config: { ...config, Labels: { [STAND_IN_LABEL]: `${repository}:${tag}` } },
      rootfs: { type: 'layers', diff_ids: [sha256(tar)] },
      history: [{ created: CREATED, created_by: 'chapterhouse stand-in' }],
    }),
  );
  const image = manifestOf(DOCKER_MANIFEST, {
    config: { mediaType: DOCKER_CONFIG, size: configuration.size, digest: configuration.digest },
    layers: [{ mediaType: DOCKER_LAYER, size: layer.size, digest: layer.digest }],
  });
  const tagged = manifestOf(DOCKER_LIST, {
    manifests: [{ mediaType: DOCKER_MANIFEST, size: image.content.length, digest: image.digest, platform }],
  });
  return { repository, tag, blobs: [layer, configuration], parts: [image], tagged };
}
