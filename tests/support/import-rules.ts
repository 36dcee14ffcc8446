import path from 'node:path';
import { parseSync } from 'oxc-parser';

/**
 * Who may import whom. Checked over every file of the product by `npm run lint`.
 * A zone is found by the longest folder that a file lies in; a package is named by its bare specifier.
 */
type Rule = {
  zone: string;
  /** Zones of ours that may be imported, beside the own one. */
  zones: string[];
  /** Zones of which types may be imported, and nothing that exists at run time. */
  types?: string[];
  /** Packages that may be imported; `*` for any, `node:*` for Node's built-ins. */
  packages: string[];
};

const PLAIN = ['server/shared', 'server/errors', 'server/log', 'server/clock'];
const REACT = ['react', 'react-dom', '@mantine/*', '@tabler/icons-react', 'use-intl', 'react-resizable-panels'];

export const RULES: readonly Rule[] = [
  { zone: 'prisma', zones: [], packages: ['*'] },
  { zone: 'server/shared', zones: [], packages: ['zod'] },
  { zone: 'server/errors', zones: ['server/shared'], packages: [] },
  { zone: 'server/log', zones: [], packages: ['pino'] },
  { zone: 'server/clock', zones: [], packages: [] },
  { zone: 'server/config', zones: PLAIN, packages: ['zod', 'node:*'] },
  { zone: 'server/db', zones: [...PLAIN, 'prisma'], packages: ['node:*', '@prisma/*'] },
  { zone: 'server/system-monitor', zones: ['server/shared'], packages: ['node:*'] },
  {
    zone: 'server/runtime',
    zones: ['server/errors'],
    types: [
      'server/checks',
      'server/clock',
      'server/config',
      'server/course-imports',
      'server/courses',
      'server/facts',
      'server/files',
      'server/live',
      'server/preview',
      'server/replay',
      'server/sandboxes',
      'server/system-monitor',
      'server/terminals',
    ],
    packages: [],
  },
  {
    zone: 'components',
    zones: ['components/terminal', 'components/recording', 'components/files', 'server/shared'],
    packages: [...REACT, 'zod', 'hast', 'hast-util-to-jsx-runtime', 'next/link', 'next/navigation'],
  },
  {
    zone: 'components/terminal',
    zones: ['components', 'components/recording', 'components/files', 'server/shared'],
    packages: [...REACT, '@xterm/*'],
  },
  {
    zone: 'components/recording',
    zones: ['components', 'server/shared'],
    packages: [...REACT, 'asciinema-player', 'next/navigation'],
  },
  {
    zone: 'components/files',
    zones: ['components', 'server/shared'],
    packages: [...REACT, '@codemirror/*', '@lezer/highlight'],
  },
  {
    zone: 'app',
    zones: [
      'components',
      'components/recording',
      'server/shared',
      'server/accounts',
      'server/course-imports',
      'server/courses',
      'server/progress',
      'server/classrooms',
      'server/audit',
      'server/help',
      'server/errors',
      'server/log',
      'server/runtime',
    ],
    packages: [...REACT, 'next', 'next/*', 'node:*', 'zod', 'better-auth/*', 'hast', '@fontsource-variable/*'],
  },
  { zone: 'server/audit', zones: PLAIN, packages: ['node:*', 'zod'] },
  {
    zone: 'server/accounts',
    zones: [...PLAIN, 'server/audit'],
    packages: ['node:*', 'zod', 'better-auth', 'better-auth/*'],
  },
  {
    zone: 'server/courses',
    zones: PLAIN,
    types: ['server/sandboxes/driver'],
    packages: [
      'node:*',
      'zod',
      'yaml',
      'unified',
      'remark-*',
      'rehype-*',
      'unist-util-visit',
      'hast',
      'mdast',
      'mdast-*',
      'hast-*',
      'vfile',
      'unist',
    ],
  },
  {
    zone: 'server/progress',
    zones: [...PLAIN, 'server/courses', 'server/accounts', 'server/audit'],
    types: ['server/sandboxes/driver'],
    packages: ['node:*', 'zod'],
  },
  {
    zone: 'server/classrooms',
    zones: [...PLAIN, 'server/progress', 'server/courses', 'server/accounts', 'server/audit'],
    types: ['server/sandboxes/driver'],
    packages: ['node:*', 'zod'],
  },
  {
    zone: 'server/checks',
    zones: [...PLAIN, 'server/courses', 'server/progress'],
    types: ['server/sandboxes', 'server/sandboxes/driver', 'server/terminals', 'server/live'],
    packages: ['node:*', 'zod'],
  },
  {
    zone: 'server/replay',
    zones: [...PLAIN, 'server/courses', 'server/checks', 'server/terminals', 'server/sandboxes'],
    types: ['server/sandboxes/driver'],
    packages: ['node:*'],
  },
  {
    zone: 'server/course-imports',
    zones: [...PLAIN, 'server/courses'],
    packages: ['node:*', 'zod', 'tar-stream'],
  },
  {
    zone: 'server/authoring',
    zones: [
      ...PLAIN,
      'server/course-imports',
      'server/courses',
      'server/replay',
      'server/checks',
      'server/sole-process',
      'server/sandboxes/drivers/docker',
      'server/sandboxes/engine',
      'server/sandboxes/images',
      'server/sandboxes/registry',
    ],
    types: ['server/sandboxes/driver'],
    packages: ['node:*', 'zod', 'yaml', 'tar-stream', 'mdast', 'unist-util-visit'],
  },
  { zone: 'server/sandboxes/driver', zones: [], packages: ['node:*'] },
  {
    zone: 'server/sandboxes/drivers/parts',
    zones: [...PLAIN, 'server/sandboxes/driver'],
    packages: ['node:*', 'zod', 'tar-stream'],
  },
  {
    zone: 'server/facts',
    zones: [...PLAIN, 'server/classrooms', 'server/progress'],
    types: ['server/live'],
    packages: [],
  },
  { zone: 'server/sandboxes', zones: [...PLAIN, 'server/sandboxes/driver'], packages: ['node:*', 'zod'] },
  {
    zone: 'server/sandboxes/engine',
    zones: [...PLAIN, 'server/sandboxes/registry', 'server/sandboxes/images'],
    types: ['server/sandboxes/driver'],
    packages: ['node:*', 'zod', 'dockerode'],
  },
  {
    zone: 'server/sandboxes/registry',
    zones: [...PLAIN, 'server/sandboxes/engine'],
    packages: ['node:*', 'zod', 'dockerode', 'tar-stream'],
  },
  {
    zone: 'server/sandboxes/doctor',
    zones: [...PLAIN, 'server/sandboxes/engine', 'server/sandboxes/registry'],
    packages: ['node:*', 'zod'],
  },
  {
    zone: 'server/sandboxes/holder',
    zones: [...PLAIN, 'server/sandboxes/driver', 'server/sandboxes/drivers/parts'],
    packages: ['node:*'],
  },
  {
    zone: 'server/sandboxes/images',
    zones: [...PLAIN, 'server/sandboxes/engine', 'server/sandboxes/holder', 'server/sandboxes/registry'],
    packages: ['node:*', 'zod', 'dockerode'],
  },
  {
    zone: 'server/sandboxes/drivers/parts',
    zones: ['server/errors', 'server/shared', 'server/sandboxes/driver'],
    packages: ['node:*'],
  },
  {
    zone: 'server/sandboxes/drivers/docker',
    zones: [...PLAIN, 'server/sandboxes/driver', 'server/sandboxes/drivers/parts', 'server/sandboxes/holder'],
    packages: ['node:*', 'zod', 'dockerode', 'tar-stream'],
  },
  {
    zone: 'server/sandboxes/drivers/bubblewrap',
    zones: [...PLAIN, 'server/sandboxes/driver', 'server/sandboxes/drivers/parts', 'server/sandboxes/holder'],
    packages: ['node:*', 'zod', 'node-pty'],
  },
  {
    zone: 'server/sandboxes/drivers/fake',
    zones: [...PLAIN, 'server/sandboxes/driver', 'server/sandboxes/drivers/parts'],
    packages: ['node:*', 'zod'],
  },
  { zone: 'server/keeper/keeper-contract', zones: PLAIN, packages: ['zod'] },
  {
    zone: 'server/keeper/client',
    zones: [...PLAIN, 'server/keeper/keeper-contract'],
    types: [
      'server/sandboxes/drivers/docker',
      'server/sandboxes/engine',
      'server/sandboxes/images',
      'server/sandboxes/registry',
    ],
    packages: ['node:*'],
  },
  {
    zone: 'server/keeper',
    zones: [
      ...PLAIN,
      'server/keeper/keeper-contract',
      'server/sole-process',
      'server/sandboxes/doctor',
      'server/sandboxes/drivers/docker',
      'server/sandboxes/engine',
      'server/sandboxes/images',
      'server/sandboxes/registry',
    ],
    packages: ['node:*', 'zod', 'dockerode'],
  },
  { zone: 'server/sockets', zones: PLAIN, packages: ['ws'] },
  { zone: 'server/sole-process', zones: ['server/errors'], packages: ['node:*'] },
  {
    zone: 'server/terminals',
    zones: [...PLAIN, 'server/sockets'],
    types: ['server/sandboxes/driver', 'server/sandboxes/drivers/parts'],
    packages: ['node:*', 'zod', 'ws'],
  },
  {
    zone: 'server/preview',
    zones: PLAIN,
    types: ['server/live', 'server/sandboxes', 'server/sandboxes/driver', 'server/terminals'],
    packages: ['node:*'],
  },
  {
    zone: 'server/files',
    zones: PLAIN,
    types: ['server/sandboxes', 'server/sandboxes/driver', 'server/terminals'],
    packages: ['node:*'],
  },
  { zone: 'server/live', zones: [...PLAIN, 'server/sockets'], packages: ['node:*', 'zod', 'ws'] },
];

/** Only these may open the database. */
const DB_IMPORTERS = /(-store\.ts|^server\/accounts\/auth\.ts|^server\/(compose|index|db)\b)/;

export type Violation = { file: string; line: number; specifier: string; reason: string };
type Import = { specifier: string; typeOnly: boolean; line: number };

/** The violations of one file, given by its path from the root (with `/`) and its text. */
export function checkFile(file: string, source: string): Violation[] {
  const rule = longestZone(file);
  if (!rule) return [];
  return importsOf(file, source).flatMap((found) => {
    const reason = refusal(rule, file, found);
    return reason ? [{ file, line: found.line, specifier: found.specifier, reason }] : [];
  });
}

export function importsOf(file: string, source: string): Import[] {
  const { module } = parseSync(file, source);
  const line = (offset: number) => source.slice(0, offset).split('\n').length;
  const fixed = module.staticImports.map((entry) => ({
    specifier: entry.moduleRequest.value,
    typeOnly: entry.entries.length > 0 && entry.entries.every((e) => e.isType),
    line: line(entry.start),
  }));
  const passedOn = module.staticExports.flatMap((entry) =>
    entry.entries.flatMap((e) =>
      e.moduleRequest ? [{ specifier: e.moduleRequest.value, typeOnly: e.isType, line: line(entry.start) }] : [],
    ),
  );
  const dynamic = module.dynamicImports.map((entry) => ({
    specifier: source.slice(entry.moduleRequest.start, entry.moduleRequest.end).replace(/^['"`]|['"`]$/g, ''),
    typeOnly: false,
    line: line(entry.start),
  }));
  return [...fixed, ...passedOn, ...dynamic];
}

function refusal(rule: Rule, file: string, found: Import): string | null {
  const target = ownPath(file, found.specifier);
  if (target === null) return packageRefusal(rule, file, found.specifier);
  if (/^server\/db\b/.test(target) && !DB_IMPORTERS.test(file)) return 'only *-store.ts files may open the database';
  if (/^server\/db\b/.test(target)) return null;
  const zone = longestZone(target)?.zone ?? target;
  if (zone === rule.zone || rule.zones.includes(zone)) return null;
  if (found.typeOnly && rule.types?.includes(zone)) return null;
  return `${rule.zone} may not import ${zone}${rule.types?.includes(zone) ? ' (types only)' : ''}`;
}

function packageRefusal(rule: Rule, file: string, specifier: string): string | null {
  if (specifier.startsWith('@xterm/') && !file.startsWith('components/terminal/'))
    return 'xterm belongs to components/terminal';
  if (/\.(css|json|svg)$/.test(specifier) && /^(app|components)\//.test(file)) return null;
  const allowed = rule.packages.some((pattern) =>
    pattern.endsWith('*')
      ? specifier.startsWith(pattern.slice(0, -1))
      : specifier === pattern || specifier.startsWith(`${pattern}/`),
  );
  return allowed ? null : `${rule.zone} may not import the package ${specifier}`;
}

/** The imported file's path from the root, or null for a package. */
function ownPath(file: string, specifier: string): string | null {
  if (specifier.startsWith('#')) return specifier.slice(1);
  if (specifier.startsWith('.')) return path.posix.join(path.posix.dirname(file), specifier);
  return null;
}

function longestZone(file: string): Rule | undefined {
  const inZone = (zone: string) => file === zone || file.startsWith(`${zone}/`) || file.startsWith(`${zone}.`);
  return RULES.filter((rule) => inZone(rule.zone)).sort((a, b) => b.zone.length - a.zone.length)[0];
}
