import { readdirSync, readFileSync } from 'node:fs';

/** The kernel counts processor time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

/** User and system time that a process has used, in seconds. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

const kilobytes = (file: string, name: string) =>
  Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(file, 'utf8'))?.[1] ?? Number.NaN);

/** Its own memory and its share of what it has in common with others, in KB. */
export const pssKb = (pid: number) => kilobytes(`/proc/${pid}/smaps_rollup`, 'Pss');

export const rssKb = (pid: number) => kilobytes(`/proc/${pid}/status`, 'VmRSS');

/** What a holder of shells takes, on average of those with this in their arguments. */
export function holderKb(naming: string): number {
  let sum = 0;
  let count = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const [program = '', ...rest] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      if (!/(^|\/)[.]?hold$/.test(program) || !rest.join(' ').includes(naming)) continue;
      sum += pssKb(Number(pid));
      count += 1;
    } catch {
      // It ended meanwhile.
    }
  }
  return sum / count;
}
