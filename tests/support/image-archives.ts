import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';
import { sha256 } from '#server/sandboxes/registry/image-content.ts';

export type ArchiveEntry = Partial<Header> & { name: string; content?: Buffer | string };

export async function tarOf(entries: readonly ArchiveEntry[]): Promise<Buffer> {
  const archive = pack();
  const read = buffer(archive);
  for (const { content = '', ...header } of entries) archive.entry(header, Buffer.from(content));
  archive.finalize();
  return read;
}

const hexOf = (content: Buffer | string) => sha256(content).slice('sha256:'.length);

export type TestImage = { layers: Buffer[]; config: Buffer };

/** A small image with one file in each layer; `labels` go into its configuration. */
export async function testImage(files: Record<string, string>, config: object = {}): Promise<TestImage> {
  const layers = await Promise.all(Object.entries(files).map(([name, content]) => tarOf([{ name, content }])));
  const told = {
    os: 'linux',
    architecture: 'amd64',
    config,
    rootfs: { type: 'layers', diff_ids: layers.map(sha256) },
  };
  return { layers, config: Buffer.from(JSON.stringify(told)) };
}

/** The entries of an archive as `docker save` has always written them. */
export function savedEntries({ layers, config }: TestImage, names: readonly string[]): ArchiveEntry[] {
  const list = [
    { Config: `${hexOf(config)}.json`, RepoTags: names, Layers: layers.map((layer) => `${hexOf(layer)}/layer.tar`) },
  ];
  return [
    ...layers.map((layer) => ({ name: `${hexOf(layer)}/layer.tar`, content: layer })),
    { name: `${hexOf(config)}.json`, content: config },
    { name: 'manifest.json', content: JSON.stringify(list) },
  ];
}

const OCI = 'application/vnd.oci.image';

/** The entries of an OCI layout with one image for one platform, inside an index. */
export function layoutEntries({ layers, config }: TestImage, name: string): ArchiveEntry[] {
  const packed = layers.map((layer) => gzipSync(layer));
  const told = (mediaType: string, content: Buffer) => ({ mediaType, digest: sha256(content), size: content.length });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: `${OCI}.manifest.v1+json`,
      config: told(`${OCI}.config.v1+json`, config),
      layers: packed.map((layer) => told(`${OCI}.layer.v1.tar+gzip`, layer)),
    }),
  );
  const inner = Buffer.from(
    JSON.stringify({ schemaVersion: 2, manifests: [told(`${OCI}.manifest.v1+json`, manifest)] }),
  );
  const top = {
    schemaVersion: 2,
    manifests: [{ ...told(`${OCI}.index.v1+json`, inner), annotations: { 'org.opencontainers.image.ref.name': name } }],
  };
  const blobs = [...packed, config, manifest, inner];
  return [
    { name: 'oci-layout', content: JSON.stringify({ imageLayoutVersion: '1.0.0' }) },
    { name: 'index.json', content: JSON.stringify(top) },
    ...blobs.map((content) => ({ name: `blobs/sha256/${hexOf(content)}`, content })),
  ];
}
