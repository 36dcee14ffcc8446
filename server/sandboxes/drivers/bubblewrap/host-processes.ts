import { readdir, readFile } from 'node:fs/promises';
import type { SandboxStats } from '#server/sandboxes/driver.ts';

const CLOCK_TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

/** Host processes that have this text in one of their arguments: bwrap and holders carry their sandbox's folder there. */
export async function processesNaming(text: string): Promise<number[]> {
  const found = await Promise.all(
    (await processIds()).map(async (pid) => {
      const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      const program = commandLine.slice(0, commandLine.indexOf('\0'));
      const isOurs = /(^|\/)(bwrap|\.hold|setpriv)$/.test(program);
      return isOurs && commandLine.split('\0').some((argument) => argument.startsWith(text)) ? [pid] : [];
    }),
  );
  return found.flat().filter((pid) => pid !== process.pid);
}

const ROUNDS = 200;
const ROUND_MS = 20;

/** Ends them, and what began meanwhile, until none is left. The first process of a namespace takes all others along. */
export async function killNaming(text: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const pids = await processesNaming(text);
    if (pids.length === 0) return;
    for (const pid of pids) kill(pid);
    await new Promise((resolve) => setTimeout(resolve, ROUND_MS));
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}

type ProcessUse = { pid: number; parent: number; ticks: number; pages: number };

/** What the sandbox in this folder uses now, all its processes together. */
export async function usageOf(folder: string): Promise<Omit<SandboxStats, 'diskBytes'>> {
  const roots = new Set(await processesNaming(`${folder}/`));
  const all = (await Promise.all((await processIds()).map(readUse))).filter((use) => use !== null);
  const mine = withDescendants(roots, all);
  const sum = (pick: (use: ProcessUse) => number) => mine.reduce((total, use) => total + pick(use), 0);
  return {
    cpuSeconds: sum((use) => use.ticks) / CLOCK_TICKS_PER_SECOND,
    memoryBytes: sum((use) => use.pages) * PAGE_BYTES,
    pids: mine.length,
  };
}

function withDescendants(roots: Set<number>, all: ProcessUse[]): ProcessUse[] {
  const mine = new Set(roots);
  let grown = true;
  while (grown) {
    const children = all.filter(({ pid, parent }) => mine.has(parent) && !mine.has(pid));
    for (const { pid } of children) mine.add(pid);
    grown = children.length > 0;
  }
  return all.filter(({ pid }) => mine.has(pid));
}

async function processIds(): Promise<number[]> {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
}

/** Fields of /proc/<pid>/stat after the name in brackets: state, parent, … user and system ticks at 11 and 12, pages at 21. */
async function readUse(pid: number): Promise<ProcessUse | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  if (stat === '') return null;
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const at = (index: number) => fields[index] ?? 0;
  return { pid, parent: at(1), ticks: at(11) + at(12) + at(13) + at(14), pages: at(21) };
}
