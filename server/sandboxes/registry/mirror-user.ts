import { mustRun, runCommand } from '#server/sandboxes/engine/run-command.ts';

export type Owner = { uid: number; gid: number };

const USER = 'chapterhouse-mirror';

/** The account that the mirror's processes run as: students' machines talk to them, so they are nobody on the host. */
export async function ensureMirrorUser(): Promise<Owner> {
  const known = await accountOf(USER);
  if (known) return known;
  await mustRun('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', USER]);
  const made = await accountOf(USER);
  if (!made) throw new Error(`useradd made no ${USER}`);
  return made;
}

async function accountOf(name: string): Promise<Owner | null> {
  const { exitCode, stdout } = await runCommand('getent', ['passwd', name]);
  if (exitCode !== 0) return null;
  const [, , uid, gid] = stdout.trim().split(':');
  return { uid: Number(uid), gid: Number(gid) };
}
