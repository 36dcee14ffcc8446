import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errorCode } from '#server/errors.ts';
import { ARCHIVE_LIMITS } from '#server/sandboxes/registry/archive/archive-limits.ts';
import { imageReference } from '#server/sandboxes/registry/archive/image-name.ts';
import { receiveArchive } from '#server/sandboxes/registry/archive/receive-archive.ts';
import { sha256 } from '#server/sandboxes/registry/image-content.ts';
import {
  type ArchiveEntry,
  layoutEntries,
  savedEntries,
  type TestImage,
  tarOf,
  testImage,
} from '../../support/image-archives.ts';

const KNOWN = { defaults: ['hub.example'], mirror: 'registry.lab' };
let folder = '';
let image: TestImage = { layers: [], config: Buffer.alloc(0) };

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'archive-'));
  image = await testImage({ 'etc/one': 'first layer', 'etc/two': 'second layer' });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const receive = (bytes: Buffer | Readable, limits = {}) =>
  receiveArchive({
    archive: Buffer.isBuffer(bytes) ? Readable.from([bytes]) : bytes,
    folder,
    known: KNOWN,
    limits: { ...ARCHIVE_LIMITS, ...limits },
  });

async function refusal(bytes: Buffer | Readable, limits = {}): Promise<string> {
  const outcome = await receive(bytes, limits).then(
    () => 'accepted',
    (error: unknown) => errorCode(error),
  );
  expect(readdirSync(folder)).toEqual([]);
  return outcome;
}

const saved = () => savedEntries(image, ['team/tool:1.0']);
const ofEntries = (change: (entries: ArchiveEntry[]) => ArchiveEntry[]) => tarOf(change(saved()));
const renamed = (from: string, to: Partial<ArchiveEntry>) => (entries: ArchiveEntry[]) =>
  entries.map((entry) => (entry.name === from ? { ...entry, ...to } : entry));
const firstLayer = () => `${sha256(image.layers[0] ?? '').slice(7)}/layer.tar`;

describe('what is accepted', () => {
  test('docker save: each name, its configuration byte for byte, its layers packed', async () => {
    await using received = await receive(await tarOf(savedEntries(image, ['team/tool:1.0', 'alpine'])));
    expect(received.images.map(({ repository, tag }) => `${repository}:${tag}`)).toEqual([
      'team/tool:1.0',
      'library/alpine:latest',
    ]);
    const [first] = received.images;
    expect(first?.blobs[0]?.digest).toBe(sha256(image.config));
    const manifest: unknown = JSON.parse(first?.tagged.content.toString() ?? '');
    expect(manifest).toMatchObject({
      layers: [{ digest: first?.blobs[1]?.digest }, { digest: first?.blobs[2]?.digest }],
    });
  });

  test('the same, packed as a whole', async () => {
    await using received = await receive(gzipSync(await tarOf(saved())));
    expect(received.images).toHaveLength(1);
  });

  test('layers that are links to another one, as docker save writes shared ones', async () => {
    const twice = { ...image, layers: image.layers };
    const link: ArchiveEntry = { name: 'copy/layer.tar', type: 'symlink', linkname: `../${firstLayer()}` };
    const list = JSON.stringify([
      {
        Config: `${sha256(twice.config).slice(7)}.json`,
        RepoTags: ['a:b'],
        Layers: ['copy/layer.tar', `${sha256(image.layers[1] ?? '').slice(7)}/layer.tar`],
      },
    ]);
    const bytes = await ofEntries((entries) => [link, ...renamed('manifest.json', { content: list })(entries)]);
    await using received = await receive(bytes);
    expect(received.images[0]?.tag).toBe('b');
  });

  test('an OCI layout: its manifests keep their digests, named things before what names them', async () => {
    await using received = await receive(await tarOf(layoutEntries(image, 'hub.example/library/tool:2')));
    const [one] = received.images;
    expect(`${one?.repository}:${one?.tag}`).toBe('library/tool:2');
    expect(one?.parts).toHaveLength(1);
    expect(one?.tagged.content.toString()).toContain(one?.parts[0]?.digest ?? 'none');
    expect(one?.tagged.digest).toBe(sha256(one?.tagged.content ?? ''));
  });

  test('its files are gone once it is done with', async () => {
    const received = await receive(await tarOf(saved()));
    expect(readdirSync(folder)).toHaveLength(1);
    await received[Symbol.asyncDispose]();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('what is refused as a whole, and leaves nothing behind', () => {
  const device = (type: 'character-device' | 'fifo') => (entries: ArchiveEntry[]) => [...entries, { name: 'x', type }];
  const added = (entry: ArchiveEntry) => (entries: ArchiveEntry[]) => [...entries, entry];
  const hostile: [string, (entries: ArchiveEntry[]) => ArchiveEntry[]][] = [
    ['a name that climbs out', added({ name: '../../etc/cron.d/x', content: 'x' })],
    ['a name that climbs out in its middle', added({ name: 'a/../../x', content: 'x' })],
    ['a name from the root', added({ name: '/etc/passwd', content: 'x' })],
    ['a name with a line end', added({ name: 'a\nb', content: 'x' })],
    ['a name with a backslash', added({ name: '..\\x', content: 'x' })],
    ['a name of 300 letters', added({ name: 'x'.repeat(300), content: 'x' })],
    ['a device', device('character-device')],
    ['a pipe', device('fifo')],
    ['a link out of it', added({ name: 'l', type: 'symlink', linkname: '../../etc/shadow' })],
    ['a link from the root', added({ name: 'l', type: 'symlink', linkname: '/etc/shadow' })],
    ['a hard link out of it', added({ name: 'l', type: 'link', linkname: '../x' })],
    ['a link to nothing', added({ name: 'l', type: 'symlink', linkname: 'nothing' })],
    ['two files of one name', added({ name: 'manifest.json', content: '[]' })],
    ['no list', (entries) => entries.filter(({ name }) => name !== 'manifest.json')],
    ['a list that is no JSON', renamed('manifest.json', { content: '{' })],
    ['a list of nothing', renamed('manifest.json', { content: '[]' })],
    ['a list with other types', renamed('manifest.json', { content: '[{"Config":1,"Layers":"x"}]' })],
    [
      'a configuration that is missing',
      (entries) => entries.filter(({ name }) => !name.endsWith('.json') || name === 'manifest.json'),
    ],
    ['a layer that is missing', (entries) => entries.filter(({ name }) => name !== firstLayer())],
    ['a layer with other content', (entries) => renamed(firstLayer(), { content: 'other' })(entries)],
  ];
  test.each(hostile)('%s', async (_what, change) => {
    expect(await refusal(await ofEntries(change))).toBe('archive_invalid');
  });

  test('a configuration that is not what its name says', async () => {
    const name = `${sha256(image.config).slice(7)}.json`;
    const content = `${image.config.toString()} `;
    expect(await refusal(await ofEntries(renamed(name, { content })))).toBe('archive_invalid');
  });

  test('an image without a name, and one with a name that could not be pulled', async () => {
    expect(await refusal(await tarOf(savedEntries(image, [])))).toBe('archive_invalid');
    expect(await refusal(await tarOf(savedEntries(image, ['Team/../tool'])))).toBe('archive_invalid');
  });

  test('an OCI blob whose bytes are not those of its digest', async () => {
    const entries = layoutEntries(image, 'tool:1').map((entry) =>
      entry.name === `blobs/sha256/${sha256(image.config).slice(7)}` ? { ...entry, content: 'other' } : entry,
    );
    expect(await refusal(await tarOf(entries))).toBe('archive_invalid');
  });

  test('something else than an archive, one that is cut short, and one that breaks off while it is sent', async () => {
    const whole = await tarOf(saved());
    expect(await refusal(Buffer.from('no archive at all '.repeat(100)))).toBe('archive_invalid');
    expect(await refusal(whole.subarray(0, 1200))).toBe('archive_invalid');
    const broken = Readable.from(
      (async function* () {
        yield whole.subarray(0, 1024);
        throw new Error('the line went dead');
      })(),
    );
    expect(await refusal(broken)).toBe('archive_invalid');
  });

  test('a header that claims to be larger than memory', async () => {
    const bytes = await tarOf([{ name: 'x', content: 'x' }]);
    bytes.write('x', 156);
    bytes.write('77777777777\0', 124);
    bytes.write('        ', 148);
    const sum = bytes.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    expect(await refusal(bytes)).toBe('archive_invalid');
  });
});

describe('what is too large', () => {
  test('more bytes than are taken', async () => {
    expect(await refusal(await tarOf(saved()), { archiveBytes: 1000 })).toBe('archive_too_large');
  });

  test('a bomb: little that unpacks to much, as a whole or in one layer', async () => {
    const zeros = await testImage({ big: '\0'.repeat(4 * 1024 ** 2) });
    const bomb = gzipSync(await tarOf(savedEntries(zeros, ['a:b'])));
    expect(await refusal(bomb, { smallBytes: 1024, ratio: 100 })).toBe('archive_too_large');
    const layered = await tarOf(layoutEntries(zeros, 'a:b'));
    expect(await refusal(layered, { smallBytes: 1024, ratio: 100 })).toBe('archive_too_large');
    expect(await refusal(bomb, { unpackedBytes: 1024 ** 2 })).toBe('archive_too_large');
  });

  test('more files than an archive of images has, and a list of many megabytes', async () => {
    expect(await refusal(await tarOf(saved()), { entries: 3 })).toBe('archive_too_large');
    expect(await refusal(await tarOf(saved()), { jsonBytes: 20 })).toBe('archive_too_large');
  });
});

test.each([
  ['alpine', 'library/alpine', 'latest'],
  ['team/tool:1', 'team/tool', '1'],
  ['hub.example/library/alpine:3', 'library/alpine', '3'],
  ['hub.example/alpine:3', 'library/alpine', '3'],
  ['registry.example/team/tool:1', 'registry.example/team/tool', '1'],
  ['localhost:5000/tool', 'localhost-5000/tool', 'latest'],
  ['registry.lab:5000/windows/servercore:ltsc2019', 'windows/servercore', 'ltsc2019'],
])('%s lies in the mirror as %s, tag %s', (name, repository, tag) => {
  expect(imageReference(name, KNOWN)).toEqual({ repository, tag });
});
