import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createTranslator } from 'use-intl/core';
import { describe, expect, test } from 'vitest';
import { chooseLanguage } from '#components/messages/choose-language.ts';
import { LANGUAGES, type Language } from '#components/messages/load-messages.ts';
import { ERROR_TABLE } from '#server/shared/error-codes.ts';
import { sandboxEnding, sandboxPhase } from '#server/shared/protocol.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const folder = (language: Language) => path.join(ROOT, 'components/messages', language);
const words = (language: Language, area: string): Record<string, string> =>
  flat(JSON.parse(readFileSync(path.join(folder(language), `${area}.json`), 'utf8')));

type Tree = { [key: string]: string | Tree };

/** Nested messages by their dotted names. */
function flat(tree: Tree, prefix = ''): Record<string, string> {
  const entries = Object.entries(tree).map(([key, value]) =>
    typeof value === 'string' ? { [prefix + key]: value } : flat(value, `${prefix}${key}.`),
  );
  return Object.assign({}, ...entries);
}

const areas = readdirSync(folder('en')).map((file) => file.replace('.json', ''));

test('both languages have the same areas', () => {
  expect(readdirSync(folder('fr')).sort()).toEqual(readdirSync(folder('en')).sort());
});

describe.each(areas)('the area %s', (area) => {
  test('has the same keys in both languages, none of them empty', () => {
    expect(Object.keys(words('fr', area)).sort()).toEqual(Object.keys(words('en', area)).sort());
    for (const language of LANGUAGES)
      for (const [key, text] of Object.entries(words(language, area))) expect(text.trim(), key).not.toBe('');
  });

  test('asks for the same values in both languages', () => {
    const values = (text: string) => [...new Set([...text.matchAll(/\{(\w+)[,}]/g)].map((found) => found[1]))].sort();
    for (const [key, text] of Object.entries(words('en', area)))
      expect(values(words('fr', area)[key] ?? ''), key).toEqual(values(text));
  });

  test('is written in ICU that can be read', () => {
    for (const language of LANGUAGES)
      for (const [key, text] of Object.entries(words(language, area)))
        expect(faultOf({ language, text }), key).toBeNull();
  });
});

/** What the library says against a message, given every value it could ask for. */
function faultOf({ language, text }: { language: Language; text: string }): string | null {
  let fault: string | null = null;
  const names = [...text.matchAll(/\{(\w+)[,}]/g)].map((found) => found[1] ?? '');
  const tags = [...text.matchAll(/<(\w+)>/g)].map((found) => found[1] ?? '');
  const values = Object.fromEntries([...names.map((name) => [name, 1]), ...tags.map((tag) => [tag, String])]);
  const t = createTranslator({
    locale: language,
    timeZone: 'UTC',
    messages: { text },
    onError: (error) => {
      fault = error.message;
    },
  });
  t.markup('text', values);
  return fault;
}

test('every refusal has its words', () => {
  expect(Object.keys(words('en', 'errors')).sort()).toEqual(Object.keys(ERROR_TABLE).sort());
});

test('every ending and every phase of a sandbox has its words', () => {
  const terminal = words('en', 'terminal');
  for (const ending of sandboxEnding.options) expect(terminal).toHaveProperty(`gone_${ending}`);
  const learn = words('en', 'learn');
  for (const phase of sandboxPhase.options) expect(learn).toHaveProperty(`sandbox_${phase}`);
});

test('every key a component names is in its area', () => {
  const sources = ['components', 'app'].flatMap((top) =>
    readdirSync(path.join(ROOT, top), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.tsx'))
      .map((file) => path.join(top, file)),
  );
  const unknown = sources.flatMap((file) => unknownKeys(file, readFileSync(path.join(ROOT, file), 'utf8')));
  expect(sources.length).toBeGreaterThan(20);
  expect(unknown).toEqual([]);
});

/** Looks at files whose every translator is of one area; a name bound to two areas cannot be told apart here. */
function unknownKeys(file: string, source: string): string[] {
  const bound = [...source.matchAll(/const (\w+) = (?:useTranslations|await translator)\('([\w.]+)'\)/g)];
  return bound.flatMap(([, name = '', namespace = '']) => {
    if (bound.some(([, other, otherSpace]) => other === name && otherSpace !== namespace)) return [];
    const [area = '', ...nested] = namespace.split('.');
    const known = words('en', area);
    const used = [...source.matchAll(new RegExp(`\\b${name}\\('([\\w.]+)'`, 'g'))].map((found) => found[1] ?? '');
    const keys = used.map((key) => [...nested, key].join('.'));
    return keys.filter((key) => !(key in known)).map((key) => `${file}: ${area}.${key}`);
  });
}

test('a remembered language wins over what the browser asks for', () => {
  expect(chooseLanguage({ cookie: 'fr', acceptLanguage: 'en' })).toBe('fr');
});

test('the first language we have is taken, by preference', () => {
  expect(chooseLanguage({ cookie: undefined, acceptLanguage: 'de, en;q=0.4, fr-CH;q=0.8' })).toBe('fr');
  expect(chooseLanguage({ cookie: 'xx', acceptLanguage: 'fr;q=0, *' })).toBe('en');
  expect(chooseLanguage({ cookie: undefined, acceptLanguage: null })).toBe('en');
});
