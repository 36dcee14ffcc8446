import type { Area } from './attempt.ts';
import type { Echoes } from './echo-meter.ts';

export type Measured = { held: boolean; seconds: number; echoes: Echoes };

const row = (...cells: (string | number)[]) => `| ${cells.join(' | ')} |`;
const rule = (columns: number) => row(...Array.from({ length: columns }, () => '---'));

/** The list as it is kept beside the threat model: what is tried, and what comes of it. */
export function suiteTable(areas: readonly Area[]): string {
  const count = areas.reduce((sum, { attempts }) => sum + attempts.length, 0);
  const parts = areas.map(({ title, attempts }) =>
    [
      `## ${title}`,
      '',
      row('attempt', 'what it tries', 'what comes of it'),
      rule(3),
      ...attempts.map(({ id, tries, outcome }) => row(`\`${id}\``, tries, outcome)),
    ].join('\n'),
  );
  return [INTRODUCTION.replace('COUNT', String(count)), ...parts, RESIDUAL].join('\n\n');
}

const INTRODUCTION = `# The escape suite

COUNT attempts to get out of a sandbox or to hurt the others from inside it, made by \`tests/integration/escape\` in real
sandboxes, as their root unless it says otherwise; \`npm run test:isolation\` runs them. The verdict is looked at from the
host or from the target; the few that can only be read from inside say what the sandbox found. After each attempt the
host's own settings, files, processes, sockets and clock are compared with those before it; during each one a neighbour's
shell is asked for an echo again and again, and must answer every time. The figures of a run are in
\`test-results/escape.md\`. This file is written by \`node tests/integration/escape/write-table.ts\`.`;

const RESIDUAL = `## What is left

Known, not closed, and bounded:

- All sandboxes share one range of mapped users, so what the kernel counts per user is counted for all together. Where the
  count cannot be bounded by the sandbox's own memory, one sandbox can use it up until it is ended: pseudo terminals past
  65,536 (about 1.6 GB of kernel memory that no sandbox is charged for), open files sent over a socket and not yet
  received, queued real-time signals. A shell that is open goes on answering. POSIX message queues are shut for that
  reason: no lesson can use them.
- \`/proc/keys\` of a sandbox names the session keyrings of the others, that is, their containers' ids, never what is in them.
- Kernel bugs. The sandboxes share the host's kernel; a sandbox in which a kernel bug gives its finder the kernel has the
  host. Keep the host's kernel current, and the host for this purpose alone.
`;

export function resultTable(areas: readonly Area[], results: ReadonlyMap<string, Measured>): string {
  const rows = areas.flatMap(({ attempts }) =>
    attempts.map(({ id, outcome }) => {
      const result = results.get(id);
      if (result === undefined) return row(id, 'not run', '', '', '', '', '', outcome);
      const { held, seconds, echoes } = result;
      const figures = [seconds.toFixed(1), echoes.count, echoes.p50, echoes.p95, echoes.max];
      return row(id, held ? 'held' : '**FAILED**', ...figures, outcome);
    }),
  );
  const head = row('attempt', 'verdict', 's', 'echoes', 'p50 ms', 'p95 ms', 'max ms', 'what comes of it');
  return `# Escape suite: results\n\n${[head, rule(8), ...rows].join('\n')}\n`;
}
