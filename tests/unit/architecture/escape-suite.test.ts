import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { AREAS } from '../../integration/escape/areas.ts';
import { suiteTable } from '../../integration/escape/report.ts';

const attempts = AREAS.flatMap((area) => area.attempts);

test('the list of escape attempts beside the threat model is the one that is run', async () => {
  const written = await readFile(new URL('../../../server/ESCAPE-SUITE.md', import.meta.url), 'utf8');
  expect(written).toBe(suiteTable(AREAS));
});

test('there are at least forty of them, each with a name of its own', () => {
  expect(attempts.length).toBeGreaterThanOrEqual(40);
  expect(new Set(attempts.map(({ id }) => id)).size).toBe(attempts.length);
});
