import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EnginePlan } from './engine-plan.ts';

const SWITCH = '/proc/sys/net/ipv4/ip_forward';
const note = (plan: EnginePlan) => path.join(plan.home, 'forwarding-was-off');

/** Lets the host forward packets. That it did not before is noted on disk, so that a crash does not make it stay. */
export async function openForwarding(plan: EnginePlan): Promise<void> {
  if ((await readFile(SWITCH, 'utf8')).trim() === '1') return;
  await writeFile(note(plan), '');
  await writeFile(SWITCH, '1');
}

/** Takes `openForwarding` back, where it was us. */
export async function closeForwarding(plan: EnginePlan): Promise<void> {
  const noted = await readFile(note(plan)).then(
    () => true,
    () => false,
  );
  if (!noted) return;
  await writeFile(SWITCH, '0');
  await rm(note(plan), { force: true });
}
