import type { EngineOptions } from '#server/sandboxes/engine/engine-plan.ts';
import { planEngine } from '#server/sandboxes/engine/engine-plan.ts';
import { livingPid } from '#server/sandboxes/engine/processes.ts';
import { powerCut } from './power-cut.ts';
import { containerOf, killNow, processes, shimsOf } from './processes.ts';
import type { InitedProduct } from './product.ts';
import type { Random } from './random.ts';

/** What may die. `reboot`: all of it at once, with all that the kernel holds for it. */
export const VICTIMS = [
  'web',
  'keeper',
  'dockerd',
  'shim',
  'containerd',
  'mirror',
  'launcher',
  'all of them',
  'reboot',
] as const;
export type Victim = (typeof VICTIMS)[number];

export type Scene = { product: InitedProduct; engine: EngineOptions; random: Random };

/** Kills it with -9 and answers the containers that this has ended, by their ids. */
export async function kill(victim: Victim, scene: Scene): Promise<string[]> {
  const shims = shimsOf(planEngine(scene.engine).execRoot);
  if (victim === 'reboot') {
    await powerCut(scene.product, scene.engine);
    scene.product.powerOn();
    return shims.map(containerOf);
  }
  if (victim === 'shim') {
    const one = shims.length > 0 ? scene.random.pick(shims) : null;
    await killNow(one === null ? [] : [one.pid]);
    return one === null ? [] : [containerOf(one)];
  }
  await killNow(await pidsOf(victim, scene));
  return [];
}

async function pidsOf(victim: Exclude<Victim, 'reboot' | 'shim'>, scene: Scene): Promise<number[]> {
  const { product, engine, random } = scene;
  const { pidFile, execRoot, home } = planEngine(engine);
  const known = (pid: number | null) => (pid === null ? [] : [pid]);
  switch (victim) {
    case 'web':
    case 'keeper':
      return known(product.pidOf(victim));
    case 'launcher':
      return known(product.launcherPid);
    case 'dockerd':
      return known(await livingPid(pidFile, 'dockerd'));
    case 'containerd':
      return known(await livingPid(`${execRoot}/containerd/containerd.pid`, 'containerd'));
    case 'mirror': {
      const parts = processes((line) => line.includes(`${home}/registry/run/`));
      return parts.length > 0 ? [random.pick(parts).pid] : [];
    }
    case 'all of them': {
      const each = (['web', 'keeper', 'dockerd', 'containerd'] as const).map((one) => pidsOf(one, scene));
      return (await Promise.all(each)).flat();
    }
  }
}
