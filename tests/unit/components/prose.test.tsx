import type { Element, Root } from 'hast';
import { renderToStaticMarkup } from 'react-dom/server';
import { IntlProvider } from 'use-intl';
import { expect, test } from 'vitest';
import { RunProvider } from '#components/course/learn-context.tsx';
import { Prose } from '#components/course/prose.tsx';
import common from '#components/messages/en/common.json' with { type: 'json' };
import learn from '#components/messages/en/learn.json' with { type: 'json' };

const element = (tagName: string, properties: Element['properties'], text = ''): Element => ({
  type: 'element',
  tagName,
  properties,
  children: text ? [{ type: 'text', value: text }] : [],
});

function draw(...children: Element[]): string {
  const tree: Root = { type: 'root', children };
  return renderToStaticMarkup(
    <IntlProvider locale="en" timeZone="UTC" messages={{ common, learn }}>
      <RunProvider value={() => undefined}>
        <Prose tree={tree} />
      </RunProvider>
    </IntlProvider>,
  );
}

test('a runnable command can be copied and run', () => {
  const html = draw(element('ch-command', { dataCommand: 'docker ps', dataRun: 'true' }));
  expect(html).toContain('docker ps</code>');
  expect(html).toContain('>Copy<');
  expect(html).toContain('aria-label="Run docker ps"');
});

test('a command that is only read has no Run', () => {
  const html = draw(element('ch-command', { dataCommand: 'sudo reboot', dataRun: 'false' }));
  expect(html).toContain('>Copy<');
  expect(html).not.toContain('>Run<');
});

test('characters of a command stay as they were written', () => {
  expect(draw(element('ch-command', { dataCommand: 'echo "<b>" & wait', dataRun: 'true' }))).toContain(
    'echo &quot;&lt;b&gt;&quot; &amp; wait</code>',
  );
});

test('a link to another site opens beside the lesson and tells it nothing', () => {
  expect(draw(element('a', { href: 'https://example.org/' }, 'there'))).toContain('target="_blank" rel="noreferrer"');
  expect(draw(element('a', { href: '/learn/a/b' }, 'here'))).not.toContain('target=');
});

test('an aside shows its title', () => {
  expect(draw(element('aside', { dataKind: 'note', dataTitle: 'Why' }, 'because'))).toContain('Why</p>because');
});
