import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

/** Bytes that a registry names by their digest; large ones lie in a file and are read as they are sent. */
export type Blob = { digest: string; size: number; open(): Readable };

export type Manifest = { digest: string; mediaType: string; content: Buffer };

/** Everything a registry stores under one tag. */
export type ImageContent = {
  repository: string;
  tag: string;
  blobs: Blob[];
  /** Those that the tagged one names come before it. */
  parts: Manifest[];
  tagged: Manifest;
};

export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const DOCKER_CONFIG = 'application/vnd.docker.container.image.v1+json';
export const DOCKER_LAYER = 'application/vnd.docker.image.rootfs.diff.tar.gzip';

/** In an image's own configuration: it imitates another image, and we made it. */
export const STAND_IN_LABEL = 'chapterhouse.stand-in';

export const sha256 = (content: Buffer | string): string =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

export function blobOf(content: Buffer | string): Blob & { content: Buffer } {
  const bytes = Buffer.from(content);
  return { digest: sha256(bytes), size: bytes.length, content: bytes, open: () => Readable.from([bytes]) };
}

export function manifestOf(mediaType: string, value: object): Manifest {
  const content = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...value }));
  return { digest: sha256(content), mediaType, content };
}
