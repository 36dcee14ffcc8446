import { expect, test } from 'vitest';
import { directoryOf, freeNames, isFileName, isFilePath, joinPath, nameOf } from '#server/shared/file-paths.ts';

test('a path is absolute and normalised, and of a length that the kernel takes', () => {
  for (const path of ['/', '/home/student', '/tmp/a b', '/home/été/-rf', '/a\nb'])
    expect(isFilePath(path), path).toBe(true);
  const others = ['', 'home', './a', '/a/../b', '/a/./b', '/a//b', '/a/', '/a\0b', `/${'é'.repeat(200)}`, '/\ud800'];
  for (const path of [...others, '/a'.repeat(2048)]) expect(isFilePath(path), path).toBe(false);
});

test('a name is one part of a path', () => {
  for (const name of ['a', '-rf', 'a\nb', '…', '.bashrc', 'é'.repeat(127)]) expect(isFileName(name), name).toBe(true);
  for (const name of ['', '.', '..', 'a/b', 'a\0', 'é'.repeat(128)]) expect(isFileName(name), name).toBe(false);
});

test('paths are joined and taken apart at the root as elsewhere', () => {
  expect([joinPath('/', 'a'), joinPath('/tmp', 'a')]).toEqual(['/a', '/tmp/a']);
  expect([directoryOf('/a'), directoryOf('/tmp/a'), nameOf('/tmp/a')]).toEqual(['/', '/tmp', 'a']);
});

test('where a name is taken, the next ones count and keep the ending', () => {
  expect(freeNames('data.csv', 3)).toEqual(['data.csv', 'data-2.csv', 'data-3.csv']);
  expect(freeNames('.bashrc', 2)).toEqual(['.bashrc', '.bashrc-2']);
  expect(freeNames('Makefile', 2)).toEqual(['Makefile', 'Makefile-2']);
  const longest = `${'é'.repeat(125)}.csv`;
  for (const name of freeNames(longest, 20)) expect(isFileName(name), name).toBe(true);
});
