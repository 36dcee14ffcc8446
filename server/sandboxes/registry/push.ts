import type { Blob, ImageContent, Manifest } from './image-content.ts';
import { type Call, callSocket } from './socket-http.ts';

export type PushTarget = { socket: string; signal?: AbortSignal | undefined };

/** Puts an image into a writable registry: blobs, then the manifests, the one under the tag last. */
export async function pushImage(target: PushTarget, image: ImageContent): Promise<void> {
  const root = `/v2/${image.repository}`;
  for (const blob of image.blobs) await pushBlob(target, root, blob);
  for (const part of image.parts) await pushManifest(target, `${root}/manifests/${part.digest}`, part);
  await pushManifest(target, `${root}/manifests/${image.tag}`, image.tagged);
}

async function pushBlob(target: PushTarget, root: string, blob: Blob): Promise<void> {
  const known = await callSocket({ ...target, method: 'HEAD', path: `${root}/blobs/${blob.digest}` });
  if (known.status === 200) return;
  const opened = await callSocket({ ...target, method: 'POST', path: `${root}/blobs/uploads/` });
  const location = opened.headers.location;
  if (opened.status !== 202 || location === undefined)
    throw new Error(`the registry opened no upload: ${opened.status}`);
  const url = new URL(location, 'http://registry');
  url.searchParams.set('digest', blob.digest);
  await mustPut(target, {
    path: `${url.pathname}${url.search}`,
    headers: { 'content-type': 'application/octet-stream', 'content-length': blob.size },
    body: blob.open(),
  });
}

function pushManifest(target: PushTarget, path: string, { content, mediaType }: Manifest): Promise<void> {
  return mustPut(target, { path, headers: { 'content-type': mediaType }, body: content });
}

async function mustPut(target: PushTarget, call: Pick<Call, 'path' | 'headers' | 'body'>): Promise<void> {
  const { status, body } = await callSocket({ ...target, ...call, method: 'PUT' });
  if (status !== 201) throw new Error(`the registry answered ${status}: ${body.toString('utf8').slice(0, 300)}`);
}
