import { expect, test } from 'vitest';
import { changedWords, visibleEntries } from '#components/files/folder-rules.ts';
import { languageOf } from '#components/files/languages.ts';
import { lineSeparatorOf } from '#components/files/line-ends.ts';
import { firstState, shownPath } from '#components/files/upload-rules.ts';
import type { FileEntry } from '#server/shared/file-views.ts';

test.each([
  ['run.sh', '', 'shell'],
  ['a.PY', '', 'python'],
  ['Dockerfile', '', 'dockerfile'],
  ['Dockerfile.dev', '', 'dockerfile'],
  ['compose.yaml', '', 'yaml'],
  ['.bashrc', '', 'shell'],
  ['tool', '#!/usr/bin/env python3', 'python'],
  ['tool', '#!/bin/bash -e', 'shell'],
  ['README.md', '', 'markdown'],
  ['data.json', '', 'json'],
  ['data.csv', 'a,b', null],
  ['x.constructor', '', null],
  ['constructor', '', null],
  ['.json', '', null],
])('%s that begins with "%s" is %s', (name, firstLine, language) => {
  expect(languageOf(name, firstLine)).toBe(language);
});

test('lines end as all of them did, and a lone CR is a character', () => {
  expect(lineSeparatorOf('a\r\nb\r\n')).toBe('\r\n');
  for (const text of ['', 'a', 'a\nb', 'a\r\nb\n', 'a\rb', 'a\r\nb\rc']) expect(lineSeparatorOf(text), text).toBe('\n');
});

test('a file is asked about, refused or sent before a byte of it leaves', () => {
  const place = { directory: '/tmp', insteadOf: null, limitBytes: 10, clashes: [{ name: 'a', kind: 'file' as const }] };
  expect(firstState({ name: 'a', size: 1 }, place)).toEqual({ phase: 'asking', kind: 'file' });
  expect(firstState({ name: 'b', size: 11 }, place)).toEqual({ phase: 'too_large', limitBytes: 10 });
  expect(firstState({ name: 'b', size: 10 }, place)).toEqual({ phase: 'waiting' });
  expect(firstState({ name: '..', size: 1 }, place)).toEqual({ phase: 'failed', code: 'file_name_invalid' });
});

test('the home is shown as a shell shows it, and no other folder that begins alike', () => {
  expect(['/home/student', '/home/student/a', '/home/students', '/'].map(shownPath)).toEqual([
    '~',
    '~/a',
    '/home/students',
    '/',
  ]);
});

test('hidden names are shown on request, and a filter looks at all of the name', () => {
  const entries = ['.bashrc', 'Data.csv', 'notes'].map(
    (name): FileEntry => ({ name, path: `/${name}`, kind: 'file', sizeBytes: 0, changedAt: 0 }),
  );
  const names = (text: string, hidden: boolean) => visibleEntries(entries, { text, hidden }).map(({ name }) => name);
  expect(names('', false)).toEqual(['Data.csv', 'notes']);
  expect(names('DATA', false)).toEqual(['Data.csv']);
  expect(names('', true)).toHaveLength(3);
});

test('a time that no calendar has is left out', () => {
  expect(changedWords(1e300, 'en')).toBe('');
  expect(changedWords(0, 'fr')).toContain('1970');
});
