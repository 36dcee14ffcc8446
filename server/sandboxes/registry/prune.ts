import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { mustRun } from '#server/sandboxes/engine/run-command.ts';

const PROGRAM = 'docker-registry';

/** What a manifest names, as far as pruning needs to know. */
const one = z.object({ digest: z.string() });
const named = z.object({
  manifests: z.array(one).default([]),
  config: one.optional(),
  layers: z.array(one).default([]),
});

const repositoriesOf = (directory: string) => path.join(directory, 'docker/registry/v2/repositories');
const tagsOf = (repository: string) => path.join(repository, '_manifests/tags');

/** Takes one tag away. Its content stays until `pruneRegistry`. False: there was none. */
export async function removeTag(
  directory: string,
  { repository, tag }: { repository: string; tag: string },
): Promise<boolean> {
  const folder = path.join(tagsOf(path.join(repositoriesOf(directory), repository)), tag);
  const present = (await stat(folder).catch(() => null)) !== null;
  await rm(folder, { recursive: true, force: true });
  return present;
}

/**
 * Gives back the space of everything that no tag leads to. Only for files that no registry serves or writes.
 * The registry's own way to drop untagged manifests drops those that only a list names as well, hence the first half.
 */
export async function pruneRegistry(directory: string, configFile: string): Promise<void> {
  for (const repository of await repositoryFolders(repositoriesOf(directory))) {
    const kept = await reachable(directory, repository);
    if (kept.size === 0) {
      await rm(repository, { recursive: true, force: true });
      continue;
    }
    for (const links of ['_manifests/revisions/sha256', '_layers/sha256']) {
      const folder = path.join(repository, links);
      for (const digest of await readdir(folder).catch(() => [])) {
        if (!kept.has(`sha256:${digest}`)) await rm(path.join(folder, digest), { recursive: true, force: true });
      }
    }
  }
  await mustRun(PROGRAM, ['garbage-collect', configFile]);
}

/** Folders that are repositories: a name may be the beginning of another one's. */
async function repositoryFolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const below = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('_'));
  const deeper = await Promise.all(below.map((entry) => repositoryFolders(path.join(folder, entry.name))));
  return entries.some(({ name }) => name === '_manifests') ? [folder, ...deeper.flat()] : deeper.flat();
}

/** The digests of all that the tags of a repository lead to. */
async function reachable(directory: string, repository: string): Promise<Set<string>> {
  const found = new Set<string>();
  for (const tag of await readdir(tagsOf(repository)).catch(() => [])) {
    const waiting = [(await readFile(path.join(tagsOf(repository), tag, 'current/link'), 'utf8')).trim()];
    for (let digest = waiting.pop(); digest !== undefined; digest = waiting.pop()) {
      if (found.has(digest)) continue;
      found.add(digest);
      const hex = digest.slice('sha256:'.length);
      const data = path.join(directory, 'docker/registry/v2/blobs/sha256', hex.slice(0, 2), hex, 'data');
      const { manifests, config, layers } = named.parse(JSON.parse(await readFile(data, 'utf8')));
      for (const part of [...layers, ...(config ? [config] : [])]) found.add(part.digest);
      waiting.push(...manifests.map((part) => part.digest));
    }
  }
  return found;
}
