import { z } from 'zod';
import { ARCHIVE_LIMITS } from './archive-limits.ts';

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const text = z.string().max(512);
const descriptor = z.object({
  mediaType: text.optional(),
  digest,
  size: z.number().int().nonnegative(),
  annotations: z.record(text, z.string()).optional(),
});
export type Descriptor = z.infer<typeof descriptor>;

/** `manifest.json` of `docker save`. */
export const dockerArchive = z
  .array(
    z.object({
      Config: text,
      RepoTags: z.array(text).nullish(),
      Layers: z.array(text).max(ARCHIVE_LIMITS.layers),
    }),
  )
  .min(1)
  .max(ARCHIVE_LIMITS.images);
export type DockerImage = z.infer<typeof dockerArchive>[number];

/** What of an image's configuration must agree with its layers. */
export const imageConfiguration = z.object({
  os: text,
  architecture: text,
  rootfs: z.object({ type: z.literal('layers'), diff_ids: z.array(digest).max(ARCHIVE_LIMITS.layers) }),
});

/** `oci-layout`, at the top of an OCI archive. */
export const ociLayout = z.object({ imageLayoutVersion: z.string().regex(/^1\./) });
export const ociIndex = z.object({
  schemaVersion: z.literal(2),
  mediaType: text.optional(),
  manifests: z.array(descriptor).min(1).max(ARCHIVE_LIMITS.images),
});
export const ociManifest = z.object({
  schemaVersion: z.literal(2),
  mediaType: text.optional(),
  config: descriptor,
  layers: z.array(descriptor).max(ARCHIVE_LIMITS.layers),
});
