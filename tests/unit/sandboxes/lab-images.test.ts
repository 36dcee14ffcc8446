import { expect, test } from 'vitest';
import { debianArchive } from '#server/sandboxes/images/base-image.ts';
import { type FolderFile, folderDigest, labImageTag } from '#server/sandboxes/images/build-folder.ts';
import { configChanges } from '#server/sandboxes/images/flatten-image.ts';

const file = (path: string, text: string, mode = 0o644): FolderFile => ({ path, mode, content: Buffer.from(text) });

test('a digest follows content, names, modes and the recipe version', () => {
  const digests = [
    folderDigest([file('a', '1')]),
    folderDigest([file('a', '2')]),
    folderDigest([file('b', '1')]),
    folderDigest([file('a', '1', 0o755)]),
    folderDigest([file('a', '1')], 'next'),
  ];
  expect(new Set(digests).size).toBe(digests.length);
  expect(folderDigest([file('a', '1')])).toBe(digests[0]);
});

test('moving text from one file to the next changes the digest', () => {
  expect(folderDigest([file('a', 'xy'), file('b', '')])).not.toBe(folderDigest([file('a', 'x'), file('b', 'y')]));
});

test('a tag names the course and twelve letters of the digest', () => {
  expect(labImageTag('virtualization', folderDigest([]))).toMatch(/^chapterhouse\/lab-virtualization:[0-9a-f]{12}$/);
});

test("the archive is taken from either notation of apt's sources, never the security one", () => {
  expect(
    debianArchive([
      'Types: deb\nURIs: http://m.example/debian-security\n',
      'Types: deb\nURIs: http://m.example/debian\n',
    ]),
  ).toBe('http://m.example/debian');
  expect(debianArchive(['# note\ndeb [arch=amd64] http://m.example/debian/ bookworm main\n'])).toBe(
    'http://m.example/debian/',
  );
  expect(debianArchive(['deb http://other.example/apt stable main\n'])).toBeNull();
});

test('a flat image keeps environment and entry point', () => {
  expect(configChanges({ Env: ['A=b c'], Entrypoint: ['/entry'], Cmd: null })).toEqual([
    'ENV A="b c"',
    'ENTRYPOINT ["/entry"]',
  ]);
});
