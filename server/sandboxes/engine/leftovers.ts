import { readdir, readFile } from 'node:fs/promises';
import { bridgesOf, type EngineOptions, planEngine } from './engine-plan.ts';
import { runCommand } from './run-command.ts';

const PROGRAMS =
  /^\S*(dockerd|containerd|xtables-monitor|containerd-shim\S*|docker-registry|docker-proxy|docker-init|runc)\s|front-process\.ts /;

/** What an engine has on its machine beside its files: mounts, loop devices, bridges, firewall rules and programs. */
export async function leftoversOf(options: EngineOptions): Promise<string[]> {
  const { home } = options;
  const bridges = bridgesOf(planEngine(options)).map(({ bridge }) => bridge);
  const listings = await Promise.all([
    runCommand('iptables', ['-S']),
    runCommand('iptables', ['-t', 'nat', '-S']),
    runCommand('iptables', ['-t', 'raw', '-S']),
    runCommand('ip6tables', ['-S']),
    runCommand('losetup', ['-a']),
    runCommand('ip', ['-o', 'link']),
  ]);
  const mounts = await readFile('/proc/self/mounts', 'utf8');
  const lines = [...listings.map(({ stdout }) => stdout), mounts].join('\n').split('\n');
  const isNamed = new RegExp(`\\b(${bridges.join('|')})\\b`);
  const isIn = (line: string) => line.includes(`${home}/`) || line.includes(`${home} `) || line.endsWith(home);
  return [...lines, ...(await programs())].filter((line) => isIn(line) || isNamed.test(line));
}

/** The engine's own kinds of programs: somebody else's shell may well name the same folder. */
async function programs(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.map((line) => line.replaceAll('\0', ' ')).filter((line) => PROGRAMS.test(line));
}
