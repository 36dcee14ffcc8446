import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  addShell,
  closeShell,
  joinPanes,
  mayAddShell,
  otherPane,
  renameShell,
  selectShell,
  splitShells,
} from '#components/terminal/shell-layout.ts';
import { FIRST_LAYOUT, readTerminalLayout, terminalLayout } from '#server/shared/terminal-layout.ts';

test('splitting opens a new shell beside the one in front, and joining keeps the one with the keyboard', () => {
  const split = splitShells(FIRST_LAYOUT, 'row');
  expect(split).toMatchObject({ panes: ['shell-1', 'shell-2'], active: 'shell-2', way: 'row' });
  expect(otherPane(split)).toBe('shell-1');
  expect(joinPanes(selectShell(split, 'shell-1')).panes).toEqual(['shell-1']);
});

test('splitting shows a shell that is hidden before it opens another', () => {
  const two = selectShell(addShell(FIRST_LAYOUT), 'shell-1');
  expect(splitShells(two, 'column')).toMatchObject({ panes: ['shell-1', 'shell-2'], shells: two.shells });
});

test('a hidden shell comes in the place of the pane that has the keyboard', () => {
  const three = addShell(splitShells(FIRST_LAYOUT, 'row'));
  expect(three).toMatchObject({ panes: ['shell-1', 'shell-3'], active: 'shell-3' });
});

test('the last shell cannot be closed, and a closed one leaves its place to the other', () => {
  expect(closeShell(FIRST_LAYOUT, 'shell-1')).toEqual(FIRST_LAYOUT);
  const split = splitShells(FIRST_LAYOUT, 'row');
  expect(closeShell(split, 'shell-2')).toMatchObject({ panes: ['shell-1'], active: 'shell-1' });
});

test('a name is one short line, and an empty one gives the number back', () => {
  const named = renameShell(FIRST_LAYOUT, 'shell-1', '  build\u001b and\nrun  ');
  expect(named.shells[0]?.name).toBe('build and run');
  expect(renameShell(named, 'shell-1', '   ').shells[0]?.name).toBeNull();
});

test('whatever a student does, the layout is one that is kept and read again', () => {
  const shell = fc.constantFrom('shell-1', 'shell-2', 'shell-3', 'shell-4');
  const move = fc.oneof(
    fc.constant(addShell),
    fc.constant(joinPanes),
    fc
      .constantFrom('row' as const, 'column' as const)
      .map((way) => (now: typeof FIRST_LAYOUT) => splitShells(now, way)),
    shell.map((id) => (now: typeof FIRST_LAYOUT) => closeShell(now, id)),
    shell.map(
      (id) => (now: typeof FIRST_LAYOUT) => (now.shells.some((one) => one.shell === id) ? selectShell(now, id) : now),
    ),
    fc.tuple(shell, fc.string({ unit: 'binary' })).map(
      ([id, name]) =>
        (now: typeof FIRST_LAYOUT) =>
          renameShell(now, id, name),
    ),
  );
  fc.assert(
    fc.property(fc.array(move, { maxLength: 30 }), (moves) => {
      const end = moves.reduce((now, next) => next(now), FIRST_LAYOUT);
      expect(readTerminalLayout(JSON.stringify(end))).toEqual(end);
      expect(mayAddShell(end)).toBe(end.shells.length < 4);
    }),
  );
});

test('what cannot be read, or was made up, counts as nothing', () => {
  for (const text of ['{', '[]', '{"shells":[]}', JSON.stringify({ ...FIRST_LAYOUT, panes: ['shell-3'] })])
    expect(readTerminalLayout(text)).toEqual(FIRST_LAYOUT);
  expect(terminalLayout.safeParse({ ...FIRST_LAYOUT, active: 'shell-2' }).success).toBe(false);
});
