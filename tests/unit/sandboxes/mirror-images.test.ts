import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { imageFiles } from '#server/sandboxes/registry/image-files.ts';
import { registryConfig } from '#server/sandboxes/registry/registry-config.ts';
import { alpineStandIn, windowsServer } from '#server/sandboxes/registry/stand-ins.ts';
import { tarArchive } from '#server/sandboxes/registry/tar-archive.ts';

const busybox = { binary: Buffer.from('binary'), applets: ['busybox', 'sh', 'id'], version: '1.35' };

test('the same content makes the same digest, other content another', () => {
  const [first, again] = [imageFiles(alpineStandIn(busybox)), imageFiles(alpineStandIn(busybox))];
  const other = imageFiles(alpineStandIn({ ...busybox, binary: Buffer.from('other') }));
  expect(again.manifest.digest).toBe(first.manifest.digest);
  expect(other.manifest.digest).not.toBe(first.manifest.digest);
});

test('the stand-in says what it is, in its release file and in its apk', () => {
  const layer = imageFiles(alpineStandIn(busybox)).blobs[0];
  const text = gunzipSync(layer?.content ?? Buffer.alloc(0)).toString('latin1');
  expect(text).toContain('Alpine Linux stand-in, built from busybox 1.35');
  expect(text).toContain('apk stand-in');
});

test('the Windows image names Windows in the list that Docker reads first', () => {
  const list: unknown = JSON.parse(imageFiles(windowsServer()).manifest.content.toString());
  expect(list).toMatchObject({ manifests: [{ platform: { os: 'windows', architecture: 'amd64' } }] });
});

test('an archive is padded to whole blocks and ends with two empty ones', () => {
  const archive = tarArchive([{ kind: 'file', path: 'a', mode: 0o644, content: 'x' }]);
  expect(archive.length).toBe(4 * 512);
  expect(archive.subarray(1024).every((byte) => byte === 0)).toBe(true);
});

test('a path that the format cannot hold is refused, not cut', () => {
  expect(() => tarArchive([{ kind: 'directory', path: 'x'.repeat(101), mode: 0o755 }])).toThrow(RangeError);
});

test('the mirror is read-only and listens on the address it was given alone', () => {
  const config: unknown = JSON.parse(
    registryConfig({ directory: '/d', address: '10.213.1.1', port: 5000, readOnly: true }),
  );
  expect(config).toMatchObject({
    storage: { maintenance: { readonly: { enabled: true } } },
    http: { addr: '10.213.1.1:5000' },
  });
});
