import { type Blob, IMAGE_MANIFEST_TYPE, type ImageFiles } from './image-files.ts';

type Pushable = ImageFiles & { image: Blob };

/** True when the registry's tag points at exactly this content. */
export async function holdsImage(base: string, { repository, tag, manifest, mediaType }: ImageFiles): Promise<boolean> {
  const response = await fetch(`${base}/v2/${repository}/manifests/${tag}`, {
    method: 'HEAD',
    headers: { accept: mediaType },
  });
  return response.ok && response.headers.get('docker-content-digest') === manifest.digest;
}

/** Puts an image into a writable registry: blobs, then the image's manifest, then the list under its tag. */
export async function pushImage(base: string, image: Pushable, signal?: AbortSignal): Promise<void> {
  const root = `${base}/v2/${image.repository}`;
  for (const blob of image.blobs) await pushBlob(root, blob, signal);
  await send(`${root}/manifests/${image.image.digest}`, image.image.content, IMAGE_MANIFEST_TYPE, signal);
  await send(`${root}/manifests/${image.tag}`, image.manifest.content, image.mediaType, signal);
}

async function pushBlob(root: string, { digest, content }: Blob, signal?: AbortSignal): Promise<void> {
  const options = signal ? { signal } : {};
  const opened = await fetch(`${root}/blobs/uploads/`, { method: 'POST', ...options });
  const location = opened.headers.get('location');
  if (!opened.ok || location === null) throw new Error(`the registry opened no upload: ${opened.status}`);
  const target = new URL(location, root);
  target.searchParams.set('digest', digest);
  await send(target.href, content, 'application/octet-stream', signal);
}

async function send(url: string, content: Buffer, type: string, signal?: AbortSignal): Promise<void> {
  const body = new Uint8Array(content);
  const response = await fetch(url, {
    method: 'PUT',
    body,
    headers: { 'content-type': type },
    ...(signal ? { signal } : {}),
  });
  if (!response.ok)
    throw new Error(`the registry answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
}
