import type { Extension } from '@codemirror/state';

/** What a file is written in, as far as the editor colours it. */
export type LanguageName = keyof typeof LOADERS;

const BY_ENDING: Record<string, LanguageName> = {
  sh: 'shell',
  bash: 'shell',
  zsh: 'shell',
  py: 'python',
  yaml: 'yaml',
  yml: 'yaml',
  json: 'json',
  md: 'markdown',
  markdown: 'markdown',
  dockerfile: 'dockerfile',
  def: 'shell',
  toml: 'toml',
  ini: 'properties',
  conf: 'properties',
  service: 'properties',
  js: 'javascript',
  mjs: 'javascript',
  ts: 'javascript',
  c: 'c',
  h: 'c',
};
const BY_NAME: Record<string, LanguageName> = {
  dockerfile: 'dockerfile',
  containerfile: 'dockerfile',
  vagrantfile: 'ruby',
  '.bashrc': 'shell',
  '.profile': 'shell',
  '.bash_profile': 'shell',
};
const BY_INTERPRETER: readonly [RegExp, LanguageName][] = [
  [/^#!.*\b(ba|da|z|k)?sh\b/, 'shell'],
  [/^#!.*\bpython[\d.]*\b/, 'python'],
  [/^#!.*\bnode\b/, 'javascript'],
];

/** By the whole name, then its ending, then its first line; null for plain text. */
export function languageOf(name: string, firstLine: string): LanguageName | null {
  const lower = name.toLowerCase();
  const dot = lower.lastIndexOf('.');
  const ending = dot > 0 ? lower.slice(dot + 1) : '';
  const own = (table: Record<string, LanguageName>, key: string) =>
    Object.hasOwn(table, key) ? table[key] : undefined;
  const stem = own(BY_NAME, lower) ?? (lower.startsWith('dockerfile.') ? 'dockerfile' : undefined);
  return stem ?? own(BY_ENDING, ending) ?? BY_INTERPRETER.find(([pattern]) => pattern.test(firstLine))?.[1] ?? null;
}

type Loader = () => Promise<Extension>;

/** Each language is fetched when the first file of it is opened. */
const LOADERS = {
  shell: () => legacy(async () => (await import('@codemirror/legacy-modes/mode/shell')).shell),
  dockerfile: () => legacy(async () => (await import('@codemirror/legacy-modes/mode/dockerfile')).dockerFile),
  toml: () => legacy(async () => (await import('@codemirror/legacy-modes/mode/toml')).toml),
  properties: () => legacy(async () => (await import('@codemirror/legacy-modes/mode/properties')).properties),
  javascript: () => legacy(async () => (await import('@codemirror/legacy-modes/mode/javascript')).javascript),
  c: () => legacy(async () => (await import('@codemirror/legacy-modes/mode/clike')).c),
  ruby: () => legacy(async () => (await import('@codemirror/legacy-modes/mode/ruby')).ruby),
  python: async () => (await import('@codemirror/lang-python')).python(),
  yaml: async () => (await import('@codemirror/lang-yaml')).yaml(),
  json: async () => (await import('@codemirror/lang-json')).json(),
  markdown: async () => (await import('@codemirror/lang-markdown')).markdown(),
} as const satisfies Record<string, Loader>;

type LegacyMode = Parameters<typeof import('@codemirror/language')['StreamLanguage']['define']>[0];

async function legacy(load: () => Promise<LegacyMode>): Promise<Extension> {
  const [{ StreamLanguage }, mode] = await Promise.all([import('@codemirror/language'), load()]);
  return StreamLanguage.define(mode);
}

export const loadLanguage = (name: LanguageName): Promise<Extension> => LOADERS[name]();
