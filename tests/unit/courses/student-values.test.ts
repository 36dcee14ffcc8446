import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { personalChapter, personalStep, studentValues, valueVariables } from '#server/courses/student-values.ts';
import { type ValueSpecs, valueSpecs } from '#server/courses/value-schema.ts';
import { WORDS } from '#server/courses/value-words.ts';
import { chapterOf, complaints, elements, FRONT, parse, STEP, textOf } from './chapter-fixture.ts';

const SPECS: ValueSpecs = valueSpecs.parse({
  port: { kind: 'port' },
  other_port: { kind: 'port', from: 8000, to: 8010 },
  count: { kind: 'number', from: 3, to: 9 },
  name: { kind: 'word', list: 'animals' },
  friend: { kind: 'word', list: 'animals' },
  image: { kind: 'choice', of: ['alpine', 'busybox'] },
  secret: { kind: 'code', length: 12 },
});
const DECLARED = `values:
  port: {kind: port}
  name: {kind: word, list: animals}
`;
const FRONT_WITH = FRONT.replace('minutes: 5\n', `minutes: 5\n${DECLARED}`);

describe('what a seed gives', () => {
  test('is the same each time, for each value by itself, and another for another student', () => {
    expect(studentValues(SPECS, 'ada')).toEqual(studentValues(SPECS, 'ada'));
    const { port } = studentValues({ port: SPECS.port ?? { kind: 'code', length: 4 } }, 'ada');
    expect(studentValues(SPECS, 'ada').port).toBe(port);
    const seeds = Array.from({ length: 30 }, (_, i) => `student ${i}`);
    expect(new Set(seeds.map((seed) => studentValues(SPECS, seed).port)).size).toBeGreaterThan(25);
  });

  test('is within its bounds, of a harmless alphabet, and no two of a student are the same', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const values = studentValues(SPECS, seed);
        expect(Number(values.port)).toBeGreaterThanOrEqual(8000);
        expect(Number(values.port)).toBeLessThanOrEqual(8999);
        expect(Number(values.other_port)).toBeLessThanOrEqual(8010);
        expect(Number(values.count)).toBeGreaterThanOrEqual(3);
        expect(Number(values.count)).toBeLessThanOrEqual(9);
        expect(WORDS.animals).toContain(values.name);
        expect(values.secret).toMatch(/^[a-z][a-z0-9]{11}$/);
        for (const value of Object.values(values)) expect(value).toMatch(/^[a-z0-9][a-z0-9-]*$/);
        expect(new Set(Object.values(values)).size).toBe(Object.keys(SPECS).length);
      }),
    );
  });

  test('is drawn from lists without a word twice', () => {
    for (const words of Object.values(WORDS)) expect(new Set(words).size).toBe(words.length);
  });

  test('ends where there are fewer words than values', () => {
    const few = valueSpecs.parse(
      Object.fromEntries(['a', 'b', 'c'].map((name) => [name, { kind: 'choice', of: ['x', 'y'] }])),
    );
    expect(new Set(Object.values(studentValues(few, 'ada')))).toEqual(new Set(['x', 'y']));
  });
});

describe('a chapter with values', () => {
  const body = STEP.replace('docker ps', 'docker run --name {{name}} -p {{port}}:80 --format "{{.ID}}{{end}}"')
    .replace('Text.', 'Port **{{port}}**, see [it](http://localhost:{{port}}/).\n\n::::hint\n`{{name}}`?\n::::')
    .concat('\n\n:::::step{id="q" title="Q" goal="Say {{name}}."}\n::::question{kind="text" accept="{{port}}|x"}\nW?\n')
    .concat(':::explanation\nIt is {{port}}.\n:::\n::::\n:::::');
  const written = parse(body, FRONT_WITH);

  test('is free of mistakes', () => {
    expect(written.problems).toEqual([]);
  });

  test('has each student’s own in text, commands, hints, links and answers; other braces stay', () => {
    if (!written.chapter) throw new Error('unreadable');
    const values = studentValues(written.chapter.values, 'ada');
    const mine = personalChapter({ ...written.chapter, version: '1' }, 'ada');
    const [first, second] = mine.steps;
    const command = `docker run --name ${values.name} -p ${values.port}:80 --format "{{.ID}}{{end}}"`;
    expect(first?.commands).toEqual([command]);
    expect(first && elements(first.body, 'ch-command')[0]?.properties.dataCommand).toBe(command);
    expect(first && elements(first.body, 'a')[0]?.properties.href).toBe(`http://localhost:${values.port}/`);
    expect(first && textOf(first.body)).toContain(`Port ${values.port}`);
    expect(first?.hints.map((hint) => textOf(hint.body))).toEqual([`${values.name}?`]);
    expect(second?.goal).toBe(`Say ${values.name}.`);
    expect(second?.question).toMatchObject({ accept: [values.port, 'x'], explanation: `It is ${values.port}.` });
    expect(personalStep(written.chapter.steps[0] ?? mine.steps[0] ?? fail(), 'ada')).toEqual(first);
    expect(JSON.stringify(written.chapter.steps[0]?.commands)).toContain('{{port}}');
  });

  test('is told to checks by variables', () => {
    expect(valueVariables({ port: '8080', other_port: '1' })).toEqual({
      CH_VALUE_PORT: '8080',
      CH_VALUE_OTHER_PORT: '1',
    });
  });

  test('without any is left as it is', () => {
    const { steps } = chapterOf(STEP);
    expect(steps.map((step) => personalStep(step, 'ada'))).toEqual(steps);
  });
});

const fail = (): never => {
  throw new Error('no step');
};

test.each<[string, string, string, string]>([
  ['a name that is none', STEP.replace('Text.', 'x\n\n{{prot}}'), FRONT_WITH, '12: there is no value "prot"'],
  ['a name in a command', STEP.replace('docker ps', 'curl :{{prot}}'), FRONT, '10: there is no value "prot"'],
  ['a title of one’s own', STEP.replace('"One"', '"{{port}}"'), FRONT_WITH, 'the title of "one" has a value'],
  ['a check of what nothing sets', STEP.replace('"ok"', '"port"'), FRONT, '6: the check of "one" reads CH_VALUE_PORT'],
  [
    'a kind that does not exist',
    STEP,
    FRONT_WITH.replace('{kind: port}', '{kind: colour}'),
    '6: front matter: values.port.kind: Invalid',
  ],
  [
    'a range upside down',
    STEP,
    FRONT_WITH.replace('{kind: port}', '{kind: port, from: 9000, to: 8500}'),
    '6: front matter: values.port.from: from must be smaller than to',
  ],
  [
    'a privileged port',
    STEP,
    FRONT_WITH.replace('{kind: port}', '{kind: port, from: 80}'),
    '6: front matter: values.port.from: Too small',
  ],
  [
    'a word that a shell would read',
    STEP,
    FRONT_WITH.replace('{kind: port}', '{kind: choice, of: [ok, "$(id)"]}'),
    '6: front matter: values.port.of.1: small letters',
  ],
  [
    'a name that a shell would not take',
    STEP,
    FRONT_WITH.replace('  port:', '  my-port:'),
    'front matter: values.my-port: a name has small letters',
  ],
  ['a word of templates', STEP, FRONT_WITH.replace('  port:', '  end:'), 'values.end: this name belongs to template'],
])('%s is reported with its line', (_name, body, front, complaint) => {
  expect(complaints(body, front).join('\n')).toContain(complaint);
  expect(parse(body, front).chapter).toBeNull();
});
