import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chapterOf, elements, parse, STEP, textOf } from './chapter-fixture.ts';

test.each([
  '<script>alert(1)</script>',
  'a <img src=x onerror="alert(1)"> b',
  '<iframe src="https://example.org"></iframe>',
  '<svg><script>alert(1)</script></svg>',
  '<ch-command data-command="rm -rf /" data-run="true"></ch-command>',
  '<div style="position:fixed">x</div>',
])('raw HTML is dropped and reported: %s', (html) => {
  const { chapter, problems } = parse(`${html}\n\n${STEP}`);
  expect(JSON.stringify(chapter?.intro)).not.toMatch(/script|onerror|iframe|ch-command|style/);
  expect(problems).toContainEqual(expect.objectContaining({ what: 'HTML is not shown', severity: 'warning' }));
});

test.each([
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'data:text/html,x',
  'vbscript:x',
  'file:///etc/passwd',
  '//evil.example/x',
])('a link to %s loses its address and is reported', (address) => {
  for (const body of [`[x](<${address}>)\n\n${STEP}`, `[x][y]\n\n[y]: <${address}>\n\n${STEP}`]) {
    const { chapter, problems } = parse(body);
    const hrefs = chapter ? elements(chapter.intro, 'a').map((a) => a.properties.href ?? '') : ['no chapter'];
    expect(hrefs).toEqual(['']);
    expect(problems).toHaveLength(1);
  }
});

test('links to sites and within the site are kept', () => {
  const addresses = ['https://example.org/a?b=c:d', 'mailto:a@example.org', '/learn/x/y', '#top', 'next'];
  const { intro } = chapterOf(`${addresses.map((to) => `[x](${to})`).join(' ')}\n\n${STEP}`);
  expect(elements(intro, 'a').map((a) => a.properties.href)).toEqual(addresses);
});

test('attributes of containers never become attributes of the page', () => {
  const { chapter, problems } = parse(`:::note{onclick="alert(1)" style="x" .big #id}\nN\n:::\n\n${STEP}`);
  expect(chapter).toBeNull();
  expect(problems[0]?.what).toContain('note: Unrecognized keys');
});

test('an expression is text, never evaluated', () => {
  const { intro } = chapterOf(`{1 + 1} \${process.exit(1)} {{ x }} <%= y %>\n\n${STEP}`);
  expect(textOf(intro)).toContain(`{1 + 1} \${process.exit(1)} {{ x }}`);
});

test('whatever an author writes, the parser answers and lets nothing active through', () => {
  const word = fc.constantFrom(
    '<script>',
    'javascript:x',
    ':::',
    '::::step{id=a}',
    '`',
    '![a](x)',
    '[a](javascript:1)',
    '- [x] a',
    '\n',
    '\n\n',
    ':x[y]{onclick=1}',
    '---',
    '```bash run',
    'é',
    '{',
    '"',
    '|',
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 40 }), (words) => {
      const { chapter } = parse(`${words.join(' ')}\n\n${STEP}`);
      expect(JSON.stringify(chapter ?? '')).not.toMatch(/"tagName":"script"|"href":"javascript|onclick":/);
    }),
    { numRuns: 300 },
  );
});
