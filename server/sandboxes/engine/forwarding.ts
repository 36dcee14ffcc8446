import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EnginePlan } from './engine-plan.ts';

const SWITCH = '/proc/sys/net/ipv4/ip_forward';

/** Who needs forwarding, one file each: the engines of a machine share its one switch. Empty after a reboot, as the switch is off. */
const NEEDS = '/run/chapterhouse-forwarding';
const WAS_OFF = 'was-off';

export type ForwardingNeed = 'build' | 'internet';

const fileOf = ({ networks }: EnginePlan, need: ForwardingNeed) => `${networks.mirror.bridge}-${need}`;
const isOn = async () => (await readFile(SWITCH, 'utf8')).trim() === '1';
const notes = () => readdir(NEEDS).catch(() => [] as string[]);

/** Lets the host forward packets. That it did not before is noted on disk, so that a crash does not make it stay. */
export async function openForwarding(plan: EnginePlan, need: ForwardingNeed): Promise<void> {
  await mkdir(NEEDS, { recursive: true, mode: 0o700 });
  await writeFile(path.join(NEEDS, fileOf(plan, need)), '');
  if (await isOn()) return;
  await writeFile(path.join(NEEDS, WAS_OFF), '');
  await writeFile(SWITCH, '1');
}

/** Takes `openForwarding` back, where it was us and nobody else of ours still needs it. */
export async function closeForwarding(plan: EnginePlan, need: ForwardingNeed): Promise<void> {
  await rm(path.join(NEEDS, fileOf(plan, need)), { force: true });
  const left = await notes();
  if (!left.includes(WAS_OFF) || left.length > 1) return;
  await writeFile(SWITCH, '0');
  await rm(path.join(NEEDS, WAS_OFF), { force: true });
}

/** True while the host forwards for our sake alone. */
export async function isForwardingOurs(): Promise<boolean> {
  return (await notes()).includes(WAS_OFF);
}
