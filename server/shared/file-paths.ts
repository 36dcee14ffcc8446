/** Paths and names of files in a sandbox: data from a page, checked before they become arguments of a command. */

/** As Linux has them, in bytes. */
const LONGEST_PATH_BYTES = 4095;
const LONGEST_NAME_BYTES = 255;

const byteLength = (text: string): number => new TextEncoder().encode(text).length;

/** Absolute, normalised, of a length that the kernel takes. Control characters are allowed: files may have such names. */
export function isFilePath(path: string): boolean {
  if (path === '/') return true;
  if (!path.startsWith('/') || path.includes('\0') || byteLength(path) > LONGEST_PATH_BYTES) return false;
  return path.slice(1).split('/').every(isFileName);
}

/** One part of a path. */
export function isFileName(name: string): boolean {
  if (name === '' || name === '.' || name === '..') return false;
  return !/[/\0]/.test(name) && name.isWellFormed() && byteLength(name) <= LONGEST_NAME_BYTES;
}

export const joinPath = (directory: string, name: string): string =>
  directory === '/' ? `/${name}` : `${directory}/${name}`;

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The folder that holds it; the root holds itself. */
export const directoryOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));

/** Names to try where one is taken: `data.csv`, `data-2.csv`, `data-3.csv`… Always of a length that can be written. */
export function freeNames(name: string, count: number): string[] {
  const dot = name.lastIndexOf('.');
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  return Array.from({ length: count }, (_, index) => {
    const added = index === 0 ? ending : `-${index + 1}${ending}`;
    return `${shortened(stem, LONGEST_NAME_BYTES - byteLength(added))}${added}`;
  });
}

function shortened(text: string, bytes: number): string {
  const letters = [...text];
  while (letters.length > 1 && byteLength(letters.join('')) > bytes) letters.pop();
  return letters.join('');
}
