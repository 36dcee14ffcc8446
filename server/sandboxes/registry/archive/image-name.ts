import { invalid } from './archive-limits.ts';

export type ImageReference = { repository: string; tag: string };

/** Which registries' names are left out. */
export type KnownRegistries = {
  /** The names of the registry that Docker means where an image names none. */
  defaults: readonly string[];
  /** Our own. */
  mirror: string;
};

const PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const REPOSITORY = new RegExp(`^${PART}(?:/${PART})*$`);
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const LONGEST_REPOSITORY = 200;

/**
 * An image's name in the mirror. Those of Docker's default registry lie under their plain names, as Docker asks for
 * them; those of another registry under its name: `registry.example/team/tool` is pulled as
 * `registry.lab:5000/registry.example/team/tool`. One named for this mirror keeps what comes after.
 */
export function imageReference(name: string, known: KnownRegistries): ImageReference {
  const tagAt = name.lastIndexOf(':') > name.lastIndexOf('/') ? name.lastIndexOf(':') : name.length;
  const tag = name.slice(tagAt + 1) || 'latest';
  const repository = repositoryOf(name.slice(0, tagAt), known);
  if (repository.length > LONGEST_REPOSITORY || !REPOSITORY.test(repository) || !TAG.test(tag))
    throw invalid(`${name.slice(0, 100)} is no image's name`);
  return { repository, tag };
}

function repositoryOf(name: string, { defaults, mirror }: KnownRegistries): string {
  const [first = '', ...rest] = name.split('/');
  const isRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const path = isRegistry ? rest.join('/') : name;
  if (!isRegistry || defaults.includes(first)) return path.includes('/') ? path : `library/${path}`;
  const [host = '', port] = first.split(':');
  if (host === mirror) return path;
  return [port === undefined ? host : `${host}-${port}`, path].join('/');
}
