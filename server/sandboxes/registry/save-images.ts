import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';
import { z } from 'zod';
import { AppError } from '#server/errors.ts';
import { DOCKER_LIST, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST, sha256 } from './image-content.ts';
import { callSocket } from './socket-http.ts';

const ACCEPT = [DOCKER_LIST, OCI_INDEX, DOCKER_MANIFEST, OCI_MANIFEST].join(', ');
const descriptor = z.object({ digest: z.string().regex(/^sha256:[0-9a-f]{64}$/), size: z.int().nonnegative() });
type Descriptor = z.infer<typeof descriptor>;
const manifestShape = z.object({
  mediaType: z.string().optional(),
  config: descriptor.optional(),
  layers: z.array(descriptor).optional(),
  manifests: z.array(descriptor).optional(),
});

/** The same images give the same bytes. */
const PLAIN = { mtime: new Date(0) };

/** Where an image is read: a registry's socket, and its names there. */
export type SavedImage = { socket: string; repository: string; tag: string };
type Place = Pick<SavedImage, 'socket' | 'repository'>;
type Content = { mediaType: string; content: Buffer };
/** What an image is made of; `whole` is false where a part of it was never fetched. */
type Found = { tagged: Content; manifests: Content[]; blobs: Descriptor[]; whole: boolean };

/** Images of a registry as an OCI layout in a tar file, which any mirror takes. Throws `not_found` for what is not whole. */
export function saveImages(images: readonly SavedImage[], signal?: AbortSignal): Readable {
  const archive = pack();
  writeLayout(archive, images, signal).then(
    () => archive.finalize(),
    (error: unknown) => archive.destroy(error instanceof Error ? error : new Error(String(error))),
  );
  return Readable.from(archive);
}

async function writeLayout(archive: Pack, images: readonly SavedImage[], signal?: AbortSignal): Promise<void> {
  const written = new Set<string>();
  const listed: object[] = [];
  for (const image of images) {
    const { repository, tag } = image;
    const { tagged, manifests, blobs } = await wholeImage(image);
    for (const one of manifests) await writeContent(archive, one.content, written);
    for (const blob of blobs) await writeBlob(archive, { ...image, ...blob, signal }, written);
    const annotations = { 'io.containerd.image.name': `${repository}:${tag}` };
    const digest = sha256(tagged.content);
    listed.push({ mediaType: tagged.mediaType, digest, size: tagged.content.length, annotations });
  }
  archive.entry({ ...PLAIN, name: 'oci-layout' }, JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  archive.entry(
    { ...PLAIN, name: 'index.json' },
    JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: listed }),
  );
}

/** The image as it is named; of a list that was fetched in part, the first platform that is whole. */
async function wholeImage({ socket, repository, tag }: SavedImage): Promise<Found> {
  const found = await findImage({ socket, repository }, tag);
  if (found?.whole) return found;
  for (const { digest } of found?.parts ?? []) {
    const part = await findImage({ socket, repository }, digest);
    if (part?.whole) return part;
  }
  throw new AppError('not_found', `the mirror has not all of ${repository}:${tag}`);
}

async function findImage(place: Place, reference: string): Promise<(Found & { parts: Descriptor[] }) | null> {
  const path = `/v2/${place.repository}/manifests/${reference}`;
  const answer = await callSocket({ socket: place.socket, method: 'GET', path, headers: { accept: ACCEPT } });
  if (answer.status !== 200) return null;
  const {
    mediaType,
    config,
    layers = [],
    manifests: parts = [],
  } = manifestShape.parse(JSON.parse(answer.body.toString()));
  const tagged = {
    mediaType: mediaType ?? String(answer.headers['content-type'] ?? OCI_MANIFEST),
    content: answer.body,
  };
  const blobs = config ? [config, ...layers] : layers;
  const found = { tagged, manifests: [tagged], blobs: [...blobs], whole: await areThere(place, blobs), parts };
  for (const { digest } of parts) {
    const part = await findImage(place, digest);
    if (!part?.whole) return { ...found, whole: false };
    found.manifests.unshift(...part.manifests);
    found.blobs.push(...part.blobs);
  }
  return found;
}

async function areThere({ socket, repository }: Place, blobs: readonly Descriptor[]): Promise<boolean> {
  for (const { digest } of blobs) {
    const { status } = await callSocket({ socket, method: 'HEAD', path: `/v2/${repository}/blobs/${digest}` });
    if (status !== 200) return false;
  }
  return true;
}

const nameOf = (digest: string) => `blobs/${digest.replace(':', '/')}`;

async function writeContent(archive: Pack, content: Buffer, written: Set<string>): Promise<void> {
  const digest = sha256(content);
  if (written.has(digest)) return;
  written.add(digest);
  archive.entry({ ...PLAIN, name: nameOf(digest) }, content);
}

type BlobPlace = Place & Descriptor & { signal?: AbortSignal | undefined };

async function writeBlob(archive: Pack, { digest, size, ...place }: BlobPlace, written: Set<string>): Promise<void> {
  if (written.has(digest)) return;
  written.add(digest);
  const entry = archive.entry({ ...PLAIN, name: nameOf(digest), size });
  await pipeline(await blobStream(place, digest), entry);
}

async function blobStream({ socket, repository, signal }: Omit<BlobPlace, 'digest' | 'size'>, digest: string) {
  const path = `/v2/${repository}/blobs/${digest}`;
  const sent = request({ socketPath: socket, path, agent: false, ...(signal && { signal }) });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  if (response.statusCode === 200) return response;
  response.destroy();
  throw new AppError('not_found', `the mirror has no ${digest}`);
}
