import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alike, commandWords } from '#server/courses/lint/command-words.ts';
import { readability } from '#server/courses/lint/reading-level.ts';

test.each<[string, string[]]>([
  ['docker ps', ['docker']],
  ['docker ps | grep web && echo yes || true; ls', ['docker', 'grep', 'echo', 'true', 'ls']],
  ['sudo systemctl status docker', ['systemctl']],
  ['sudo -u student id', ['sudo']],
  ['LANG=C A=b date', ['date']],
  ['./run.sh; /usr/bin/id; $EDITOR x', []],
  ['echo "a; rm b" \'| c\'', ['echo']],
  ['ls # and more; never', ['ls']],
  ['docker run -d \\\n  alpine', ['docker']],
  ['cat > f <<EOF\nnothing here\nEOF\nls', ['cat', 'ls']],
  ['for i in 1 2; do echo $i; done', ['echo']],
  ['x=$(uname -r)', ['uname']],
  ['make 2>&1 | tee log', ['make', 'tee']],
  ['if test -e x; then id; fi', ['test', 'id']],
])('the commands of %j', (block, words) => {
  expect(commandWords(block).map(({ word }) => word)).toEqual(words);
});

test('a command is found at its line', () => {
  expect(commandWords('cat <<X\na\nX\n\nls')).toEqual([
    { word: 'cat', line: 0 },
    { word: 'ls', line: 4 },
  ]);
});

test('no text makes the reader of commands fail or hang', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (text) => {
      for (const { word } of commandWords(text)) expect(text).toContain(word[0]);
    }),
  );
});

test.each([
  ['dokcer', 'docker'],
  ['systemclt', 'systemctl'],
  ['sl', 'ls'],
  ['frobnicate', null],
])('%s is most like %s', (word, meant) => {
  expect(alike(word, ['docker', 'systemctl', 'ls', 'id'])).toBe(meant);
});

test('short words in short sentences are easy, long ones in a long sentence are not, in both languages', () => {
  for (const [language, easy, hard] of [
    [
      'en',
      'The cat sat. It was warm. We all went home.',
      'Organisational considerations necessitate comprehensive reconfiguration of institutional infrastructure',
    ],
    [
      'fr',
      'Le chat dort. Il fait beau. On va au bois.',
      'Les considérations organisationnelles nécessitent une reconfiguration approfondie des infrastructures institutionnelles',
    ],
  ] as const) {
    expect(readability(easy, language).ease).toBeGreaterThan(85);
    expect(readability(hard, language).ease).toBeLessThan(30);
  }
  expect(readability('', 'en')).toEqual({ ease: 100, words: 0, sentences: 0 });
});

test('sentences end at marks and at blank lines, not at the dot of a name', () => {
  expect(readability('Open course.yaml now. Then write\n\nA list', 'en').sentences).toBe(3);
});
