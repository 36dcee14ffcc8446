import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** SHA-256 over the names and contents of files and folders: says whether something made from them is current. */
export function digestOf(root, names, { salt = '' } = {}) {
  const hash = createHash('sha256').update(salt);
  for (const name of names)
    for (const file of filesBelow(path.join(root, name))) {
      hash.update(`\0${path.relative(root, file)}\0`).update(readFileSync(file));
    }
  return hash.digest('hex');
}

function filesBelow(entry) {
  if (!existsSync(entry)) return [];
  if (!statSync(entry).isDirectory()) return [entry];
  return readdirSync(entry, { withFileTypes: true })
    .filter((child) => child.name !== 'node_modules' && child.name !== 'generated')
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((child) => filesBelow(path.join(entry, child.name)));
}

/** Runs `make` only when `digest` differs from the one that the last successful run left in `file`. */
export async function unlessCurrent(file, digest, make) {
  if (existsSync(file) && readFileSync(file, 'utf8') === digest) return 'current';
  const note = await make();
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, digest);
  return note;
}
