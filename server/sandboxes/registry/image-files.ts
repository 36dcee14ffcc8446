import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type TarEntry, tarArchive } from './tar-archive.ts';

export type ImageRecipe = {
  repository: string;
  tag: string;
  platform: { os: string; architecture: string; 'os.version'?: string };
  entries: TarEntry[];
  config: { Cmd?: string[]; Env?: string[]; ExposedPorts?: Record<string, object>; WorkingDir?: string };
};

export type Blob = { digest: string; content: Buffer };
export type ImageFiles = { repository: string; tag: string; blobs: Blob[]; manifest: Blob; mediaType: string };

const MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const MANIFEST_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
const CONFIG = 'application/vnd.docker.container.image.v1+json';
const LAYER = 'application/vnd.docker.image.rootfs.diff.tar.gzip';
/** A fixed day: an image's digest follows from its content. */
const CREATED = '2026-01-01T00:00:00Z';

const blob = (content: Buffer | string): Blob => ({
  digest: `sha256:${createHash('sha256').update(content).digest('hex')}`,
  content: Buffer.from(content),
});

/** Everything a registry stores of one image: a layer, its configuration, its manifest, and a list that names the platform. */
export function imageFiles({ repository, tag, platform, entries, config }: ImageRecipe): ImageFiles & { image: Blob } {
  const tar = tarArchive(entries);
  const layer = blob(gzipSync(tar, { level: 6 }));
  const configuration = blob(
    JSON.stringify({
      ...platform,
      created: CREATED,
      config,
      rootfs: { type: 'layers', diff_ids: [blob(tar).digest] },
      history: [{ created: CREATED, created_by: 'chapterhouse stand-in' }],
    }),
  );
  const image = blob(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: { mediaType: CONFIG, size: configuration.content.length, digest: configuration.digest },
      layers: [{ mediaType: LAYER, size: layer.content.length, digest: layer.digest }],
    }),
  );
  const list = blob(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST_LIST,
      manifests: [{ mediaType: MANIFEST, size: image.content.length, digest: image.digest, platform }],
    }),
  );
  return { repository, tag, blobs: [layer, configuration], image, manifest: list, mediaType: MANIFEST_LIST };
}

export const IMAGE_MANIFEST_TYPE = MANIFEST;
