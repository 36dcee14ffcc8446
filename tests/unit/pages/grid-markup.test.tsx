import { readFileSync } from 'node:fs';
import path from 'node:path';
import { renderToStaticMarkup } from 'react-dom/server';
import { IntlProvider } from 'use-intl';
import { describe, expect, test } from 'vitest';
import { refusalCode } from '#components/account/auth-request.ts';
import { setupFault } from '#components/account/setup-fault.ts';
import { ClassGrid } from '#components/classroom/class-grid.tsx';
import { gridColumns } from '#components/classroom/grid-columns.ts';
import { nextPlace } from '#components/classroom/grid-keys.ts';
import { readView } from '#components/classroom/remember-view.ts';
import type { StudentRow } from '#server/shared/protocol.ts';
import { failing, passed, student } from './sample.ts';

const messages = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../../components/messages/en/teach.json'), 'utf8'),
);
const columns = gridColumns({
  courseId: 'virtualization',
  title: 'Virtualization',
  summary: '',
  version: '1',
  chapters: [
    {
      chapterId: 'docker',
      number: 6,
      title: 'Docker',
      minutes: 40,
      hasValues: false,
      steps: ['run', 'stop', 'build'].map((id) => ({
        stepKey: `docker/${id}`,
        title: `Title of ${id}`,
        question: null,
        points: 1,
      })),
    },
  ],
});

const draw = (rows: StudentRow[]) =>
  renderToStaticMarkup(
    <IntlProvider locale="en" timeZone="UTC" messages={{ teach: messages }}>
      <ClassGrid
        rows={rows}
        columns={columns}
        labelOf={(row) => row.name}
        sortWords="need"
        onOpen={() => undefined}
        onHold={() => undefined}
      />
    </IntlProvider>,
  );

describe('the grid as it is read', () => {
  const html = draw([student('Ada', [passed('docker/run', 3), failing('docker/stop', 4)])]);

  test('names its rows, its columns and every square', () => {
    expect(html).toContain('role="grid"');
    expect(html).toContain('aria-label="Step 2: Title of stop"');
    expect(html).toMatch(/<th scope="row"[^>]*>.*Ada/);
    expect(html).toContain('aria-label="done"');
    expect(html).toContain('aria-label="4 tries, not yet, is here"');
    expect(html).toContain('aria-label="not begun"');
  });

  test('shows what a student wrote as text only', () => {
    const hostile = draw([student('<img src=x onerror=alert(1)>', [])]);
    expect(hostile).not.toContain('<img');
    expect(hostile).toContain('&lt;img');
  });
});

test('arrows never leave the grid', () => {
  const size = { rows: 3, columns: 4 };
  const go = (key: string, row: number, column: number, ctrl = false) =>
    nextPlace({ row, column }, size, { key, ctrl });
  expect(go('ArrowUp', 0, 2)).toEqual({ row: 0, column: 2 });
  expect(go('ArrowRight', 1, 3)).toEqual({ row: 1, column: 3 });
  expect(go('End', 0, 0, true)).toEqual({ row: 2, column: 3 });
  expect(go('PageDown', 0, 1)).toEqual({ row: 2, column: 1 });
  expect(go('a', 0, 0)).toBeNull();
});

test('a view in the address is read, anything else is the usual view', () => {
  expect(readView({ names: 'hidden', sort: 'name' })).toEqual({ hideNames: true, sort: 'name' });
  expect(readView({ names: 'no', sort: ['x'] })).toEqual({ hideNames: false, sort: 'need' });
});

test('a refusal is told by our code, else by its status', () => {
  expect(refusalCode(400, { code: 'name_taken' })).toBe('name_taken');
  expect(refusalCode(401, { code: 'INVALID_EMAIL_OR_PASSWORD' })).toBe('wrong_password');
  expect(refusalCode(429, null)).toBe('too_many_tries');
  expect(refusalCode(502, '<html>')).toBe('internal');
});

test('the first field that cannot be sent is named', () => {
  const good = { name: 'Ada', email: 'ada@example.org', password: 'seven blue', confirm: 'seven blue' };
  expect(setupFault(good)).toBeNull();
  expect(setupFault({ ...good, name: ' ' })).toBe('name');
  expect(setupFault({ ...good, email: 'ada' })).toBe('email');
  expect(setupFault({ ...good, password: 'short' })).toBe('password');
  expect(setupFault({ ...good, confirm: 'seven bluf' })).toBe('confirm');
});
