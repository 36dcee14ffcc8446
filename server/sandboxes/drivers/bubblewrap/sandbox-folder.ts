import { chmod, chown, lstat, mkdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import type { BwrapPlan, SandboxPaths } from './bwrap-arguments.ts';
import { type Identity, run } from './run-command.ts';

const PASSWD = 'root:x:0:0:root:/root:/bin/bash\nstudent:x:1000:1000:student:/home/student:/bin/bash\n';
const GROUP = 'root:x:0:\nstudent:x:1000:\n';
const NSSWITCH = 'passwd: files\ngroup: files\nhosts: files dns\n';
const HOSTS = '127.0.0.1 localhost lab\n::1 localhost\n';
const PROFILE = `
PS1='\\u@\\h:\\w\\$ '
alias ls='ls --color=auto' grep='grep --color=auto'
[ -r /etc/chapterhouse/shell-integration.bash ] && . /etc/chapterhouse/shell-integration.bash
`.trimStart();

export type FolderContent = {
  marker: string;
  shellIntegration: string | null;
  /** Puts a kept state into the home; null where it begins empty. */
  fill: (home: string) => Promise<void> | null;
};

/** Lays out a sandbox's folder; the marker comes last, so that a half-made one is never taken for a sandbox. */
export async function makeFolder(paths: SandboxPaths, content: FolderContent, owner: Identity | null): Promise<void> {
  await mkdir(paths.root, { mode: 0o711 });
  for (const folder of [paths.home, paths.tmp, paths.shells]) {
    await mkdir(folder, { mode: 0o700 });
    if (owner !== null) await chown(folder, owner.uid, owner.gid);
  }
  await chmod(paths.tmp, 0o1777);
  for (const folder of ['', '/alternatives', '/ssl', '/chapterhouse']) await mkdir(`${paths.etc}${folder}`);
  const files = {
    passwd: PASSWD,
    group: GROUP,
    'nsswitch.conf': NSSWITCH,
    hosts: HOSTS,
    hostname: 'lab\n',
    profile: PROFILE,
    'resolv.conf': '',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(`${paths.etc}/${name}`, text);
  if (content.shellIntegration !== null) {
    const text = await readFile(content.shellIntegration);
    await writeFile(`${paths.etc}/chapterhouse/shell-integration.bash`, text);
  }
  await content.fill(paths.home);
  await writeFile(paths.marker, content.marker);
}

/** Everything in it, whatever rights a student gave it. */
export async function removeFolder(paths: SandboxPaths): Promise<void> {
  await rm(paths.marker, { force: true });
  await run(['chmod', '-R', 'u+rwX', '--', paths.root]).catch(() => undefined);
  await rm(paths.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

const TOP_LEVEL = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'];

/** How this host lays out the programs outside /usr. */
export async function readTopLevel(): Promise<BwrapPlan['topLevel']> {
  const found = await Promise.all(
    TOP_LEVEL.map(async (name) => {
      const entry = await lstat(`/${name}`).catch(() => null);
      if (entry === null) return [];
      return [{ name, linkTo: entry.isSymbolicLink() ? await readlink(`/${name}`) : null }];
    }),
  );
  return found.flat();
}
