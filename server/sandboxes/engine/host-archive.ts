import { readdir, readFile } from 'node:fs/promises';
import { AppError } from '#server/errors.ts';

/** The Debian archive among the host's apt sources, in either of apt's two notations. */
export function debianArchive(sources: readonly string[]): string | null {
  const candidates = sources.flatMap((text) =>
    [...text.matchAll(/^(?:URIs:|deb(?:\s+\[[^\]]*\])?)\s*((?:https?|file):\/\/\S+)/gm)].map(([, uri]) => uri ?? ''),
  );
  return candidates.find((uri) => /\/debian\/?$/.test(uri)) ?? null;
}

/** The address of the Debian archive that this machine installs from. Throws `image_build_failed` where apt names none. */
export async function hostArchive(): Promise<string> {
  const listed = await readdir('/etc/apt/sources.list.d').catch(() => []);
  const files = ['/etc/apt/sources.list', ...listed.toSorted().map((name) => `/etc/apt/sources.list.d/${name}`)];
  const archive = debianArchive(await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => ''))));
  if (archive === null) throw new AppError('image_build_failed', 'apt on this machine names no Debian archive');
  return archive;
}
