import { expect, test } from 'vitest';
import { listOfCommands } from '#server/authoring/list-of-commands.ts';

test('names come once and in order, without those that nobody types', () => {
  const text = listOfCommands({ listed: 'ls\nid\nls\n_private\n\n[\n{\ng++\n', before: '', digest: 'abc' });
  expect(text.split('\n')).toEqual([
    '# sandbox folder: abc',
    '[',
    'g++',
    'id',
    'ls',
    '# by hand: what steps of the course install',
    '',
  ]);
});

test('what an author added stays when the list is made anew', () => {
  const first = listOfCommands({ listed: 'ls\n', before: '', digest: 'abc' });
  const second = listOfCommands({ listed: 'id\n', before: `${first}htop\n`, digest: 'def' });
  expect(second).toMatch(/^# sandbox folder: def\nid\n# by hand: .*\nhtop\n$/);
});
