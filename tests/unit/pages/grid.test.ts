import { describe, expect, test } from 'vitest';
import { gridCell, passedCount, triesText } from '#components/classroom/grid-cell.ts';
import { gridChapters, gridColumns } from '#components/classroom/grid-columns.ts';
import { gridFigures, groupNeeds, needOf, needsOf } from '#components/classroom/grid-need.ts';
import { gridOrder, heldOrder } from '#components/classroom/grid-order.ts';
import { applyGridEvent, initialGrid, replaceRows } from '#components/classroom/grid-state.ts';
import { failing, minutesAgo, NOW, passed, step, student } from './sample.ts';

const KEYS = ['docker/run', 'docker/stop', 'docker/build'];

describe('a square of the grid', () => {
  test('stays done whatever a later check said', () => {
    const row = student('Ada', [{ ...passed('docker/run', 4), tries: 3, outcome: 'failed' }]);
    expect(gridCell(row, 'docker/run')).toMatchObject({ state: 'done', tries: 3 });
  });

  test('tells wrong tries from a step that is only open', () => {
    const row = student('Ada', [failing('docker/run', 4), step('docker/stop')], { currentStep: 'docker/stop' });
    expect(gridCell(row, 'docker/run')).toEqual({ state: 'trying', tries: 4, here: false });
    expect(gridCell(row, 'docker/stop')).toEqual({ state: 'begun', tries: 0, here: true });
    expect(gridCell(row, 'docker/build').state).toBe('not_begun');
  });

  test('puts nobody who is away on a step', () => {
    const row = student('Ada', [failing('docker/run', 1)], { online: false });
    expect(gridCell(row, 'docker/run').here).toBe(false);
  });

  test('shows at most two digits', () => {
    expect(triesText(7)).toBe('7');
    expect(triesText(120)).toBe('99+');
  });

  test('steps that left the course count for nothing', () => {
    expect(passedCount(student('Ada', [passed('docker/run', 1), passed('docker/gone', 1)]), KEYS)).toBe(1);
  });
});

describe('columns', () => {
  test('follow the course and leave out chapters without steps', () => {
    const columns = gridColumns({
      courseId: 'virtualization',
      title: 'Virtualization',
      summary: '',
      version: '1',
      chapters: [
        { chapterId: 'intro', number: 1, title: 'Intro', minutes: 5, steps: [], hasValues: false },
        {
          chapterId: 'docker',
          number: 6,
          title: 'Docker',
          minutes: 40,
          hasValues: false,
          steps: KEYS.map((stepKey) => ({ stepKey, title: stepKey, question: null, points: 1 })),
        },
      ],
    });
    expect(columns.map((column) => [column.stepKey, column.position])).toEqual(KEYS.map((key, i) => [key, i + 1]));
    expect(gridChapters(columns)).toEqual([
      { chapterId: 'docker', number: 6, title: 'Docker', steps: 3, hasValues: false },
    ]);
  });
});

describe('need', () => {
  test('someone who tries and passed nothing for over six minutes is stuck', () => {
    const row = student('Chen', [passed('docker/run', 9), failing('docker/stop', 1)]);
    expect(needOf(row, NOW)).toMatchObject({ stepKey: 'docker/stop', stuck: true, tries: 1, sinceMs: 9 * 60_000 });
  });

  test('one wrong try two minutes after a pass is no need', () => {
    expect(needOf(student('Ada', [passed('docker/run', 2), failing('docker/stop', 1)]), NOW)).toBeNull();
  });

  test('three wrong tries are a need before the first pass, without an invented time', () => {
    expect(needOf(student('Ada', [failing('docker/run', 3)]), NOW)).toMatchObject({ stuck: false, sinceMs: null });
  });

  test('a pass of yesterday does not make a returning student stuck', () => {
    expect(needOf(student('Ada', [passed('docker/run', 24 * 60), failing('docker/stop', 1)]), NOW)).toBeNull();
  });

  test('who is away, reads, or failed long ago needs nobody now', () => {
    const trying = [passed('docker/run', 9), failing('docker/stop', 5)];
    expect(needOf(student('Ada', trying, { online: false }), NOW)).toBeNull();
    expect(needOf(student('Ada', trying, { currentStep: 'docker/build' }), NOW)).toBeNull();
    expect(needOf(student('Ada', [passed('docker/run', 50), failing('docker/stop', 5, 45)]), NOW)).toBeNull();
  });

  test('the worst comes first, and the same words at the same step stand together', () => {
    const rows = [
      student('Ada', [failing('docker/run', 3)]),
      student('Bruno', [failing('docker/run', 9)]),
      student('Chen', [passed('docker/run', 8), { ...failing('docker/stop', 4), message: 'Exits at once.' }]),
    ];
    const needs = needsOf(rows, NOW);
    expect(needs.map((need) => need.enrollmentId)).toEqual(['e-bruno', 'e-chen', 'e-ada']);
    expect(groupNeeds(needs).map((group) => group.needs.map((need) => need.enrollmentId))).toEqual([
      ['e-bruno', 'e-ada'],
      ['e-chen'],
    ]);
  });

  test('needs without words are not thrown together', () => {
    const wordless = (name: string) => student(name, [{ ...failing('docker/run', 3), message: null }]);
    expect(groupNeeds(needsOf([wordless('Ada'), wordless('Bruno')], NOW))).toHaveLength(2);
  });
});

describe('figures', () => {
  test('count what is true now', () => {
    const rows = [
      student(
        'Ada',
        KEYS.map((key) => passed(key, 1)),
      ),
      student('Chen', [passed('docker/run', 9), failing('docker/stop', 2)]),
      student('Away', [], { online: false, lastSeenAt: null }),
    ];
    expect(gridFigures(rows, KEYS, NOW)).toEqual({ donePercent: 44, here: 2, students: 3, stuck: 1 });
  });

  test('an empty class has no percentage', () => {
    expect(gridFigures([], KEYS, NOW).donePercent).toBeNull();
  });

  test('100 percent is said only when everything is done', () => {
    const keys = Array.from({ length: 500 }, (_, i) => `c/${i}`);
    const row = student(
      'Ada',
      keys.slice(1).map((key) => passed(key, 1)),
    );
    expect(gridFigures([row], keys, NOW).donePercent).toBe(99);
  });
});

describe('order', () => {
  const rows = [
    student('Zoë', [passed('docker/run', 1)], { lastSeenAt: minutesAgo(9) }),
    student('Émile', [failing('docker/run', 5)], { lastSeenAt: minutesAgo(1) }),
    student('ada', [passed('docker/run', 1), passed('docker/stop', 1)], { lastSeenAt: minutesAgo(5) }),
  ];
  const order = (sort: 'need' | 'progress' | 'activity' | 'name') =>
    gridOrder({ rows, sort, columns: KEYS.map((stepKey) => ({ stepKey, points: 1 })), now: NOW, locale: 'en' }).map(
      (id) => id.slice(2),
    );

  test('is by need, progress, last activity or name as people write it', () => {
    expect(order('need')[0]).toBe('émile');
    expect(order('progress')).toEqual(['ada', 'zoë', 'émile']);
    expect(order('activity')).toEqual(['émile', 'ada', 'zoë']);
    expect(order('name')).toEqual(['ada', 'émile', 'zoë']);
  });

  test('is held while somebody points at the grid: leavers go, newcomers come last', () => {
    expect(heldOrder(['a', 'b', 'c'], ['d', 'c', 'a'])).toEqual(['a', 'c', 'd']);
  });
});

describe('live events', () => {
  const ada = student('Ada', [failing('docker/run', 1)]);
  const bruno = student('Bruno', []);

  test('replace one row and leave the others the same objects', () => {
    const before = initialGrid([ada, bruno]);
    const after = applyGridEvent(before, { type: 'student', row: student('Ada', [passed('docker/run', 0)]) });
    expect(after.rows.get('e-ada')?.steps['docker/run']?.passedAt).not.toBeNull();
    expect(after.rows.get('e-bruno')).toBe(bruno);
  });

  test('that change nothing change nothing', () => {
    const before = initialGrid([ada]);
    expect(applyGridEvent(before, { type: 'student', row: structuredClone(ada) })).toBe(before);
    expect(applyGridEvent(before, { type: 'system_changed' })).toBe(before);
    expect(applyGridEvent(before, { type: 'student_left', enrollmentId: 'e-nobody' })).toBe(before);
  });

  test('a student keeps their number when others leave, and numbers are never given twice', () => {
    let state = initialGrid([ada, bruno]);
    state = applyGridEvent(state, { type: 'student_left', enrollmentId: 'e-ada' });
    state = applyGridEvent(state, { type: 'student', row: student('Chen', []) });
    expect(state.rows.has('e-ada')).toBe(false);
    expect([state.numbers.get('e-bruno'), state.numbers.get('e-chen')]).toEqual([2, 3]);
  });

  test('a grid read again keeps unchanged rows as they were', () => {
    const state = replaceRows(initialGrid([ada, bruno]), [structuredClone(ada), student('Chen', [])]);
    expect(state.rows.get('e-ada')).toBe(ada);
    expect([...state.rows.keys()]).toEqual(['e-ada', 'e-chen']);
  });
});
