import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { bridgesOf, type EngineOptions, planEngine } from '#server/sandboxes/engine/engine-plan.ts';
import { removeFirewall } from '#server/sandboxes/engine/firewall.ts';
import { leftoversOf } from '#server/sandboxes/engine/leftovers.ts';
import { runCommand } from '#server/sandboxes/engine/run-command.ts';
import { mountsInside } from '#server/sandboxes/engine/store.ts';
import { childrenOf, killNow, processes, shimsOf } from './processes.ts';
import type { InitedProduct } from './product.ts';

/** What a machine loses with its power, taken from one product alone: processes, mounts, loop devices, bridges, rules. */
export async function powerCut(product: InitedProduct, options: EngineOptions): Promise<void> {
  const plan = planEngine(options);
  product.powerOff();
  const { home } = options;
  const own = [product.launcherPid, product.pidOf('web'), product.pidOf('keeper')].flatMap((pid) => pid ?? []);
  await killNow(own);
  await killNow(processes((line) => /^\S*(dockerd|containerd) /.test(line) && line.includes(`${home}/`)).map(toPid));
  // Until none is left: one that was just starting has no shim for a moment.
  for (let shims = shimsOf(plan.execRoot); shims.length > 0; shims = shimsOf(plan.execRoot)) {
    await killNow(shims.flatMap(({ pid }) => [pid, ...childrenOf(pid)]));
  }
  await killNow(processes((line) => line.includes(`${home}/registry/run/`)).map(toPid));
  for (const target of (await mountsInside(home)).toReversed()) await runCommand('umount', ['-l', target]);
  for (const { bridge } of bridgesOf(plan)) await runCommand('ip', ['link', 'delete', bridge]);
  await removeFirewall(plan);
  await rm(plan.execRoot, { recursive: true, force: true });
  await nothingLeft(options);
}

const toPid = ({ pid }: { pid: number }) => pid;

/** A kernel lets go of a loop device and of a network namespace a moment later. */
async function nothingLeft(options: EngineOptions): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if ((await leftoversOf(options)).length === 0) return;
    await delay(100);
  }
  throw new Error(`a machine without power still has:\n${(await leftoversOf(options)).join('\n')}`);
}
