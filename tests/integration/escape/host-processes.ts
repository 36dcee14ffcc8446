import { readdir, readFile, readlink } from 'node:fs/promises';

/** Every process of a container, by the host's numbers: those in the control group of its first process, and below. */
export async function processesOf(pid: number): Promise<number[]> {
  const namespace = await readlink(`/proc/${pid}/ns/user`);
  const own = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const spaces = await Promise.all(own.map((one) => readlink(`/proc/${one}/ns/user`).catch(() => '')));
  return own.filter((_, i) => spaces[i] === namespace);
}

/** What the open files of a process are, such as `anon_inode:bpf-map` or `socket:[123]`. */
export async function openFilesOf(pid: number): Promise<string[]> {
  const numbers = await readdir(`/proc/${pid}/fd`).catch(() => []);
  return Promise.all(numbers.map((number) => readlink(`/proc/${pid}/fd/${number}`).catch(() => '')));
}

/** A process whose command line holds this word, by the host's number. */
export async function processWith(word: string, among: readonly number[]): Promise<number | null> {
  for (const pid of among) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (line.includes(word)) return pid;
  }
  return null;
}

/** Where the host keeps a container's figures of one controller: its own hierarchy in version 1, the one tree in version 2. */
export async function groupFolder(pid: number, controller: string): Promise<string> {
  const groups = (await readFile(`/proc/${pid}/cgroup`, 'utf8')).trim().split('\n');
  const place = (wanted: (names: string) => boolean) =>
    groups.map((line) => line.split(':')).find(([, names = '']) => wanted(names))?.[2];
  const [first] = await mountedGroups(controller);
  const version1 = place((names) => names.split(',').includes(controller));
  if (first !== undefined && version1 !== undefined) return first + version1;
  const [unified] = await mountedGroups(null);
  const version2 = place((names) => names === '');
  if (unified === undefined || version2 === undefined) throw new Error(`no control group of ${controller} for ${pid}`);
  // A booted system sits in a group of its own below the container's.
  return unified + version2.replace(/\/init\.scope$/, '');
}

async function mountedGroups(controller: string | null): Promise<string[]> {
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n').map((line) => line.split(' '));
  return mounts
    .filter(([, , type = '', options = '']) =>
      controller === null ? type === 'cgroup2' : type === 'cgroup' && options.split(',').includes(controller),
    )
    .map(([, target = '']) => target);
}

/** The first of these files that this version of control groups has. */
export async function groupValue(folder: string, ...names: string[]): Promise<string> {
  for (const name of names) {
    const value = await readFile(`${folder}/${name}`, 'utf8').catch(() => null);
    if (value !== null) return value.trim();
  }
  throw new Error(`none of ${names.join(', ')} in ${folder}`);
}
