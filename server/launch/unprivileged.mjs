import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';

/**
 * Put before a command: it then runs as that user, without any capability and without a way to get one, and ends with
 * whoever started it.
 * @param {import('./web-user.mjs').WebUser} user
 */
export function asUser({ uid, gid }) {
  const identity = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const powers = ['--no-new-privs', '--inh-caps=-all', '--ambient-caps=-all', '--bounding-set=-all'];
  return ['setpriv', ...identity, ...powers, '--pdeathsig', 'TERM', '--'];
}

/** Shows the checkout at another place, read-only, to this command and what it starts alone. */
const BIND = `
set -e
mount --bind "$1" "$2"
mount -o remount,bind,ro "$2"
cd "$2"
shift 2
exec "$@"
`.trim();

/**
 * Where the web process finds the checkout, and what must come before its command for that.
 * @param {{ root: string, home: string, user: import('./web-user.mjs').WebUser, files: string[], say: (text: string) => void }} request
 * @returns {{ root: string, prefix: string[] }}
 */
export function reachCheckout({ root, home, user, files, say }) {
  if (canRead([], { user, root, files })) return { root, prefix: [] };
  const shown = path.join(home, 'checkout');
  mkdirSync(shown, { recursive: true, mode: 0o755 });
  const prefix = ['unshare', '--mount', '--propagation', 'slave', '--', 'sh', '-c', BIND, 'sh', root, shown];
  if (!canRead(prefix, { user, root: shown, files })) {
    throw new Error(
      `The user ${user.name} cannot read ${root}. Run this once, then start again:\n  chmod -R o+rX ${root}`,
    );
  }
  say(`${root} is closed to the user ${user.name}: the web process sees it as ${shown}, read-only`);
  return { root: shown, prefix };
}

function canRead(prefix, { user, root, files }) {
  const [program, ...args] = [
    ...prefix,
    ...asUser(user),
    'sh',
    '-c',
    'for file; do test -r "$file" || exit 1; done',
    'sh',
  ];
  return spawnSync(program, [...args, ...files.map((file) => path.join(root, file))], { stdio: 'ignore' }).status === 0;
}

/**
 * Says what is wrong with a database file that the web process could not write.
 * @param {{ url: string | undefined, user: import('./web-user.mjs').WebUser }} request
 */
export function requireWritableDatabase({ url, user }) {
  if (!url?.startsWith('file:')) return;
  const file = path.resolve(url.slice('file:'.length));
  const places = [path.dirname(file), ...(existsSync(file) ? [file] : [])];
  const [program, ...args] = [...asUser(user), 'sh', '-c', 'for place; do test -w "$place" || exit 1; done', 'sh'];
  if (spawnSync(program, [...args, ...places], { stdio: 'ignore' }).status === 0) return;
  throw new Error(
    `DATABASE_URL names ${file}, which the user ${user.name} of the web process cannot write. SQLite writes into the ` +
      `folder too. Give it a folder of its own, then start again:\n  chown -R ${user.name} ${path.dirname(file)}`,
  );
}
