import { chmod, mkdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#server/errors.ts';

const OTHERS_MAY_PASS = 0o001;
const PASSABLE = 0o711;

/** A path with everything above it, from the top. */
function chain(place: string): string[] {
  const above = path.dirname(place);
  return above === place ? [place] : [...chain(above), place];
}

/** The folders on the way to `place` that shut out whoever is neither their owner nor in their group. */
async function shutFolders(place: string): Promise<string[]> {
  const ways = new Set([...chain(place), ...chain(await realpath(place))]);
  const modes = await Promise.all([...ways].map(async (folder) => ({ folder, mode: (await stat(folder)).mode })));
  return modes.filter(({ mode }) => (mode & OTHERS_MAY_PASS) === 0).map(({ folder }) => folder);
}

/** The same for a place that need not be there yet. */
export async function shutFoldersOnTheWay(place: string): Promise<string[]> {
  const ways = chain(place);
  const present = await Promise.all(ways.map((folder) => stat(folder).catch(() => null)));
  return shutFolders(ways[present.findLastIndex((folder) => folder !== null)] ?? '/');
}

/** Makes the engine's home where the root of a sandbox, who is nobody on the host, can get to it; or says what is in the way. */
export async function makeReachableHome(home: string): Promise<void> {
  const ways = chain(home);
  const present = await Promise.all(ways.map((folder) => stat(folder).catch(() => null)));
  const nearest = ways[present.findLastIndex((folder) => folder !== null)] ?? '/';
  const shut = await shutFolders(nearest);
  if (shut.length > 0) {
    const remedy = `chmod o+x ${shut.join(' ')}`;
    throw new AppError('host_incapable', `${home} is not reachable for the remapped root of the sandboxes: ${remedy}`);
  }
  for (const folder of ways.slice(ways.indexOf(nearest) + 1)) {
    await mkdir(folder, { recursive: true });
    await chmod(folder, PASSABLE);
  }
}
