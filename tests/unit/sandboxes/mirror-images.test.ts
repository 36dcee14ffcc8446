import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { debianArchive } from '#server/sandboxes/engine/host-archive.ts';
import { bootstrapArgs } from '#server/sandboxes/registry/debian-root.ts';
import { blobOf } from '#server/sandboxes/registry/image-content.ts';
import { imageFiles } from '#server/sandboxes/registry/image-files.ts';
import { registryConfig } from '#server/sandboxes/registry/registry-config.ts';
import { alpineStandIn, debianStandIn, windowsServer } from '#server/sandboxes/registry/stand-ins.ts';
import { tarArchive } from '#server/sandboxes/registry/tar-archive.ts';

const busybox = { binary: Buffer.from('binary'), applets: ['busybox', 'sh', 'id'], version: '1.35' };

test('the same content makes the same digest, other content another', async () => {
  const [first, again] = await Promise.all([imageFiles(alpineStandIn(busybox)), imageFiles(alpineStandIn(busybox))]);
  const other = await imageFiles(alpineStandIn({ ...busybox, binary: Buffer.from('other') }));
  expect(again.tagged.digest).toBe(first.tagged.digest);
  expect(other.tagged.digest).not.toBe(first.tagged.digest);
});

test('the stand-in says what it is: in its release file, in its apk and in its configuration', async () => {
  const { blobs } = await imageFiles(alpineStandIn(busybox));
  const [layer, configuration] = await Promise.all(
    blobs.map(async (blob) => Buffer.concat(await blob.open().toArray())),
  );
  const text = gunzipSync(layer ?? Buffer.alloc(0)).toString('latin1');
  expect(text).toContain('Alpine Linux stand-in, built from busybox 1.35');
  expect(text).toContain('apk stand-in');
  const told: unknown = JSON.parse(configuration?.toString() ?? '');
  expect(told).toMatchObject({ config: { Labels: { 'chapterhouse.stand-in': 'library/alpine:latest' } } });
});

test('the Windows image names Windows in the list that Docker reads first', async () => {
  const { tagged } = await imageFiles(windowsServer());
  const list: unknown = JSON.parse(tagged.content.toString());
  expect(list).toMatchObject({ manifests: [{ platform: { os: 'windows', architecture: 'amd64' } }] });
});

test('a path longer than the format has room for is kept whole', async () => {
  const name = 'x'.repeat(150);
  const archive = await tarArchive([{ kind: 'directory', path: name, mode: 0o755 }]);
  expect(archive.toString('latin1')).toContain(name);
});

test('what serves is read-only, what writes is not, and neither listens on a port', () => {
  const config = (kind: 'read' | 'write'): unknown =>
    JSON.parse(registryConfig({ directory: '/d', socket: '/d/s', mode: { kind } }));
  expect(config('read')).toMatchObject({
    storage: { maintenance: { readonly: { enabled: true } } },
    http: { net: 'unix', addr: '/d/s' },
  });
  expect(config('write')).toMatchObject({
    storage: { maintenance: { readonly: { enabled: false } } },
    http: { net: 'unix', addr: '/d/s' },
  });
});

test('the Debian stand-in is named in its configuration, and its layer is taken as it lies on disk', () => {
  const layer = { diffId: `sha256:${'a'.repeat(64)}`, blob: blobOf('a layer') };
  const { repository, tag, blobs } = debianStandIn(layer);
  expect(`${repository}:${tag}`).toBe('library/debian:stable-slim');
  expect(blobs[0]).toBe(layer.blob);
});

test('the Debian stand-in keeps no name of the machine that made it', () => {
  const args = bootstrapArgs('http://packages.test/debian').join('\n');
  expect(args).toContain('deb http://packages.test/debian stable main');
  expect(args).toMatch(/rm -rf .*\/etc\/hostname.*\/etc\/resolv\.conf/);
  expect(args).toMatch(/rm -rf .*sources\.list\.d/);
});

test('the Debian archive is found in either of apt’s notations, and no other one is taken for it', () => {
  const old = 'deb [signed-by=/k.gpg] http://packages.test/debian bookworm main';
  const security = 'Types: deb\nURIs: http://packages.test/debian-security\nSuites: bookworm-security';
  const deb822 = 'Types: deb\nURIs: https://mirror.test/debian/\nSuites: bookworm';
  expect(debianArchive([security, old])).toBe('http://packages.test/debian');
  expect(debianArchive([security, deb822])).toBe('https://mirror.test/debian/');
  expect(debianArchive([security])).toBeNull();
});
