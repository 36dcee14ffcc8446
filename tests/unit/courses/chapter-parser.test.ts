import { expect, test } from 'vitest';
import { chapterOf, complaints, elements, FRONT, parse, STEP, textOf } from './chapter-fixture.ts';

test('a chapter has its front matter, the text before, the steps and the text after', () => {
  const chapter = chapterOf(`Before.\n\n${STEP}\n\nAfter.`);
  expect(chapter).toMatchObject({ title: 'T', lead: 'L', minutes: 5, number: 6 });
  expect(textOf(chapter.intro)).toContain('Before.');
  expect(chapter.outro && textOf(chapter.outro)).toContain('After.');
  expect(chapter.steps.map((step) => [step.stepKey, step.number, step.title])).toEqual([['docker/one', 1, 'One']]);
});

test('a bash run block is a command of the step and a ch-command of the page, a bash copy block only the latter', () => {
  const [step] = chapterOf(STEP.replace('Text.', '```bash copy\na\nb\n```')).steps;
  expect(step?.commands).toEqual(['docker ps']);
  expect(step && elements(step.body, 'ch-command').map((e) => e.properties)).toEqual([
    { dataCommand: 'a\nb', dataRun: 'false' },
    { dataCommand: 'docker ps', dataRun: 'true' },
  ]);
});

test('names with colons stay as they were written', () => {
  const { intro } = chapterOf(`Use alpine:latest, host:8787[x]{y=z}, **a:b** and 10:30.\n\n${STEP}`);
  expect(textOf(intro)).toBe('Use alpine:latest, host:8787[x]{y=z}, a:b and 10:30.');
});

test('hints, solution and wrong answers are not in the text of the step', () => {
  const parts = [
    '::::hint\nHINT\n::::',
    '::::solution\n```bash run\nSOLVE\n```\n::::',
    '::::wrong{says="no" undo="UNDO"}\n```bash\nWRONG\n```\n::::',
  ];
  const [step] = chapterOf(STEP.replace('Text.', parts.join('\n'))).steps;
  expect(step?.hints.map((hint) => textOf(hint.body))).toEqual(['HINT']);
  expect(step?.solutionCommands).toEqual(['SOLVE']);
  expect(step?.wrong).toEqual([{ commands: ['WRONG'], says: 'no', undo: ['UNDO'] }]);
  expect(JSON.stringify(step?.body)).not.toMatch(/HINT|SOLVE|WRONG|UNDO/);
});

const question = (attributes: string, inside: string) =>
  `:::::step{id="q" title="Q" goal="Say."}\n::::question{${attributes}}\n${inside}\n:::explanation\nBecause `.concat(
    '`x`\nis.\n\nReally.\n:::\n::::\n:::::',
  );

test('a task list is the choices of a question, with the prompt in the page and the explanation as words', () => {
  const [step] = chapterOf(question('kind="choice"', 'Which?\n\n- [ ] `no`\n- [x] yes: *this*')).steps;
  expect(step?.question).toEqual({
    kind: 'choice',
    choices: [
      { id: 'a', label: 'no', correct: false },
      { id: 'b', label: 'yes: this', correct: true },
    ],
    explanation: 'Because x is.\n\nReally.',
  });
  expect(step && textOf(step.body)).toBe('Which?');
});

test('a text question accepts what the author lists', () => {
  const [step] = chapterOf(question('kind="text" accept="root | 0" placeholder="a name"', 'Who?')).steps;
  expect(step?.question).toMatchObject({ kind: 'text', accept: ['root', '0'], placeholder: 'a name' });
});

test('a numbered list is the lines of an order, in the right one', () => {
  const [step] = chapterOf(question('kind="order"', 'Which first?\n\n- a note\n\n1. `docker pull`\n2. run *it*')).steps;
  expect(step?.question).toMatchObject({ kind: 'order', lines: ['docker pull', 'run it'] });
  expect(step && textOf(step.body)).toContain('a note');
  expect(step && textOf(step.body)).not.toContain('docker pull');
});

test('a table is the pairs of a match; what stands right twice is offered once, and a row without a left side is an offer', () => {
  const rows = [
    '| Tool | Kind |',
    '| --- | --- |',
    '| `docker` | OS |',
    '| VirtualBox | full |',
    '| Apptainer | OS |',
    '| | para |',
  ];
  const [step] = chapterOf(question('kind="match"', `Pair them.\n\n${rows.join('\n')}\n`)).steps;
  expect(step?.question).toMatchObject({
    kind: 'match',
    heads: ['Tool', 'Kind'],
    pairs: [
      { left: 'docker', right: 0 },
      { left: 'VirtualBox', right: 1 },
      { left: 'Apptainer', right: 0 },
    ],
    options: ['OS', 'full', 'para'],
  });
  expect(step && textOf(step.body)).toBe('Pair them.');
});

test('a step has the points that it names, else one', () => {
  const points = (attributes: string) => chapterOf(STEP.replace('check=', `${attributes} check=`)).steps[0]?.points;
  expect(points('points="3"')).toBe(3);
  expect(points('')).toBe(1);
});

test('a hint may be for what the check saw', () => {
  const hints = '::::hint{when="paused"}\nP\n::::\n::::hint\nH\n::::';
  const [step] = chapterOf(STEP.replace('Text.', hints).replace('"ok"', '"hints"')).steps;
  expect(step?.hints.map((hint) => [hint.when, textOf(hint.body)])).toEqual([
    ['paused', 'P'],
    [null, 'H'],
  ]);
});

test('a free question has nothing to compare with', () => {
  const [step] = chapterOf(question('kind="free" placeholder="in your words"', 'Why?')).steps;
  expect(step?.question).toMatchObject({ kind: 'free', placeholder: 'in your words' });
});

test('a figure of the chapter is served by its address, with its title as caption', () => {
  const { intro } = chapterOf(`![A picture](figures/x.svg "Words")\n\n${STEP}`);
  expect(elements(intro, 'img')[0]?.properties).toEqual({ src: '/api/x.svg', alt: 'A picture' });
  expect(elements(intro, 'figcaption')[0]?.children).toEqual([{ type: 'text', value: 'Words' }]);
});

test('a note and an aside are marked asides', () => {
  const { intro } = chapterOf(`:::note\nN\n:::\n\n:::aside{title="More"}\nA\n:::\n\n${STEP}`);
  expect(elements(intro, 'aside').map((e) => e.properties)).toEqual([
    { dataKind: 'note' },
    { dataKind: 'aside', dataTitle: 'More' },
  ]);
});

test.each<[string, string, string]>([
  ['an unknown container', `:::quiz\nx\n:::\n\n${STEP}`, '6: there is no container "quiz"'],
  ['an unclosed container', STEP.replace(/\n:::::$/, ''), '6: the container "step" is never closed'],
  ['a missing attribute', STEP.replace(' goal="Do it."', ''), '6: step: goal: is missing'],
  ['an unknown attribute', STEP.replace('check=', 'level="3" check='), '6: step: Unrecognized key: "level"'],
  [
    'a capability that does not exist',
    STEP.replace('check=', 'needs="magic" check='),
    '6: step: needs.0: Invalid option',
  ],
  ['a check without a file', STEP.replace('"ok"', '"gone"'), '6: there is no check "gone"'],
  [
    'a step without a check or a question',
    STEP.replace(' check="ok"', ''),
    '6: the step "one" has neither a check nor a question',
  ],
  ['a second step of the same id', `${STEP}\n\n${STEP}`, '14: two steps have the id "one"'],
  ['text between steps', `${STEP}\n\nStray.\n\n${STEP}`, '14: text between two steps belongs to neither'],
  ['an unknown kind of block', STEP.replace('bash run', 'bash go'), '9: "bash go" is not a kind of block'],
  [
    'a quote within a value',
    STEP.replace('"One"', '"the "One""'),
    '6: ":::::step{id="one" title="the "One"" goal="Do it." check="ok" is not a container',
  ],
  ['a figure that is not there', `![a](figures/none.svg)\n\n${STEP}`, '6: there is no figure "figures/none.svg"'],
  [
    'a figure from elsewhere',
    `![a](https://example.org/x.svg)\n\n${STEP}`,
    '6: there is no figure "https://example.org/x.svg"',
  ],
  ['a figure without words', `![](figures/x.svg)\n\n${STEP}`, '6: the figure "figures/x.svg" has no text'],
  [
    'two right answers to one choice',
    question('kind="choice"', '- [x] a\n- [x] b'),
    '7: a question of kind choice has one right answer, not 2',
  ],
  [
    'an order of one line',
    question('kind="order"', 'First?\n\n1. only'),
    '10: a question of kind order has 2 to 12 lines, not 1',
  ],
  [
    'an order with a line twice',
    question('kind="order"', '1. same\n2. same'),
    '8: two lines of the question read "same"',
  ],
  [
    'a match of three columns',
    question('kind="match"', '| a | b | c |\n| - | - | - |\n| 1 | 2 | 3 |\n| 4 | 5 | 6 |'),
    '8: a question of kind match has a table with two headings',
  ],
  [
    'a match with nothing on the right',
    question('kind="match"', '| a | b |\n| - | - |\n| 1 | 2 |\n| 3 | |\n| 4 | 5 |'),
    '8: a row of the pairs has nothing on its right',
  ],
  [
    'a match of one pair',
    question('kind="match"', '| a | b |\n| - | - |\n| 1 | 2 |'),
    '8: a question of kind match has 2 to 12 pairs',
  ],
  ['a free question with accepted answers', question('kind="free" accept="x"', 'Why?'), '7: accept belongs to'],
  ['a kind that does not exist', question('kind="essay"', 'Why?'), '7: question: kind: Invalid option'],
  [
    'a hint that no check names',
    STEP.replace('Text.', '::::hint{when="gone"}\nH\n::::'),
    '7: the check never names the hint "gone"',
  ],
  [
    'two hints for one key',
    STEP.replace('Text.', '::::hint{when="paused"}\nH\n::::\n::::hint{when="paused"}\nH\n::::').replace(
      '"ok"',
      '"hints"',
    ),
    '10: two hints are for "paused"',
  ],
  [
    'a fourth hint',
    STEP.replace('Text.', Array(4).fill('::::hint\nH\n::::').join('\n')),
    '16: a step has at most 3 hints',
  ],
  ['points that are no number', STEP.replace('check=', 'points="two" check='), '6: step: points: a whole number'],
  ['points of nought', STEP.replace('check=', 'points="0" check='), '6: step: points: a whole number'],
  ['a chapter without steps', 'Text.', 'the chapter has no step'],
])('%s is reported with its line, and the chapter is not shown', (_name, body, complaint) => {
  expect(complaints(body).join('\n').replace('undefined: ', '')).toContain(complaint);
  expect(parse(body).chapter).toBeNull();
});

test('front matter is reported field by field', () => {
  expect(complaints(STEP, FRONT.replace('minutes: 5', 'minutes: soon\nlevel: 3'))).toEqual([
    expect.stringContaining('4: front matter: minutes: Invalid input'),
    '2: front matter: Unrecognized key: "level"',
  ]);
  expect(complaints(STEP, '---\ntitle: [\n---\n')[0]).toMatch(/^2: front matter: [^:]+$/);
  expect(complaints(STEP, '')[0]).toContain('the chapter has no front matter');
});

test('a bash run inside block is a command of the step, marked for the program that runs already', () => {
  const [step] = chapterOf(STEP.replace('Text.', '```bash run inside\nid\n```')).steps;
  expect(step?.commands).toContain('id');
  expect(JSON.stringify(step?.body)).toContain('"dataInside":"true"');
});
