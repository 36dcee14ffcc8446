import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ExecResult, Sandbox } from '#server/sandboxes/driver.ts';

/** What one can do from inside a sandbox as its root. */
export function run(sandbox: Sandbox, argv: readonly [string, ...string[]], timeoutMs = 60_000): Promise<ExecResult> {
  return sandbox.exec({ argv, user: 'root', timeoutMs, maxOutputBytes: 100_000 });
}

export const runShell = (sandbox: Sandbox, script: string, timeoutMs?: number) =>
  run(sandbox, ['bash', '-c', script], timeoutMs);

/** Runs one of the Perl programs beside this file. */
export function runPerl(sandbox: Sandbox, program: 'send-as' | 'steal' | 'listen', ...args: (string | number)[]) {
  const text = readFileSync(path.resolve(import.meta.dirname, `${program}.pl`), 'utf8');
  return run(sandbox, ['perl', '-e', text, ...args.map(String)]);
}

/** Whether a stand-in of the neighbourhood, or any other HTTP server, answers there. */
export async function answers(sandbox: Sandbox, address: string, port: number): Promise<boolean> {
  const url = `http://${address}:${port}/`;
  const { exitCode } = await run(sandbox, ['curl', '-s', '-o', '/dev/null', '--max-time', '5', url]);
  return exitCode === 0;
}

/** What a hostile root does first: a way to the host for every address. */
export async function addDefaultRoute(sandbox: Sandbox, gateway: string): Promise<void> {
  const { exitCode, stderr } = await run(sandbox, ['ip', 'route', 'replace', 'default', 'via', gateway]);
  if (exitCode !== 0) throw new Error(`no default route: ${stderr}`);
}

/** Address and hardware address of its interface. */
export async function wireOf(sandbox: Sandbox): Promise<{ address: string; mac: string }> {
  const { stdout } = await run(sandbox, ['ip', '-o', 'address', 'show', 'dev', 'eth0']);
  const address = /inet ([\d.]+)\//.exec(stdout)?.[1];
  const mac = (await run(sandbox, ['cat', '/sys/class/net/eth0/address'])).stdout.trim();
  if (address === undefined) throw new Error(`no address: ${stdout}`);
  return { address, mac };
}
