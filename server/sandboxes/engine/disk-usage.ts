import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { mustRun } from './run-command.ts';

const FRESH_MS = 3_000;
const SUBVOLUME = /^ID (\d+) .* path .*?btrfs\/subvolumes\/([^/]+)/;
const GROUP = /^0\/(\d+)\s+\d+\s+(\d+)\b/;

/** Exclusive bytes under each of the engine's mount names, from `btrfs qgroup show` and `btrfs subvolume list`. */
export function usageByMount(groups: string, subvolumes: string): Map<string, number> {
  const exclusive = new Map<string, number>();
  for (const line of groups.split('\n')) {
    const [, id, bytes] = GROUP.exec(line) ?? [];
    if (id !== undefined) exclusive.set(id, Number(bytes));
  }
  const usage = new Map<string, number>();
  for (const line of subvolumes.split('\n')) {
    const [, id = '', mount] = SUBVOLUME.exec(line) ?? [];
    const bytes = exclusive.get(id);
    if (mount !== undefined && bytes !== undefined) usage.set(mount, (usage.get(mount) ?? 0) + bytes);
  }
  return usage;
}

/** The mount name of each container's own layer, as the daemon notes it on disk. */
async function mountNames(root: string): Promise<Map<string, string>> {
  const directory = path.join(root, 'image/btrfs/layerdb/mounts');
  const names = new Map<string, string>();
  for (const containerId of await readdir(directory).catch(() => [])) {
    // A container goes at any moment.
    const name = await readFile(path.join(directory, containerId, 'mount-id'), 'utf8').catch(() => null);
    if (name !== null) names.set(containerId, name.trim());
  }
  return names;
}

/** `root` is the daemon's own folder in the store. The kernel's figures are up to one commit (30 s) old. */
async function measure(store: string, root: string): Promise<ReadonlyMap<string, number>> {
  const groups = await mustRun('btrfs', ['qgroup', 'show', '--raw', '-re', store]);
  const usage = usageByMount(groups, await mustRun('btrfs', ['subvolume', 'list', store]));
  const names = await mountNames(root);
  return new Map(
    [...names].flatMap(([containerId, name]) => {
      const bytes = usage.get(name);
      return bytes === undefined ? [] : [[containerId, bytes] as const];
    }),
  );
}

type Measured = { at: number; usage: Promise<ReadonlyMap<string, number>> };

/** Measures for all sandboxes at once, and not again for some seconds, however many ask. */
export class DiskUsage {
  #last: Measured | null = null;

  read(store: string, root: string): Promise<ReadonlyMap<string, number>> {
    const now = performance.now();
    if (this.#last === null || now - this.#last.at > FRESH_MS) this.#last = { at: now, usage: measure(store, root) };
    return this.#last.usage;
  }
}
