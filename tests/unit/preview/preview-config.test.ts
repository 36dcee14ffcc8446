import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from '#server/config.ts';

function preview(settings: Record<string, string>) {
  const home = mkdtempSync(path.join(tmpdir(), 'ch-config-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  return readConfig({ NODE_ENV: 'test', CHAPTERHOUSE_HOME: home, ...settings }, home).preview;
}
const URL_OF_SITE = { CHAPTERHOUSE_URL: 'https://lab.example.org' };

test('previews have a wildcard name, a second port, or neither', () => {
  expect(preview({})).toEqual({ host: null, port: null });
  const host = 'previews.example.net:8443';
  expect(preview({ ...URL_OF_SITE, CHAPTERHOUSE_PREVIEW_HOST: host })).toEqual({ host, port: null });
  expect(preview({ CHAPTERHOUSE_PREVIEW_PORT: '3001' })).toEqual({ host: null, port: 3001 });
});

test.each(['lab.example.org', 'p.lab.example.org', 'p.lab.example.org:8443'])(
  'the name %s, from which a page could set the site’s cookies, is refused',
  (name) => {
    expect(() => preview({ ...URL_OF_SITE, CHAPTERHOUSE_PREVIEW_HOST: name })).toThrow('nor lie below it');
  },
);

test.each(['*.example.net', 'https://example.net', 'Example.net', 'a b', ''])('%j is no name', (name) => {
  expect(() => preview({ CHAPTERHOUSE_PREVIEW_HOST: name })).toThrow('CHAPTERHOUSE_PREVIEW_HOST');
});
