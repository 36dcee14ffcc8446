import { readFileSync, statSync } from 'node:fs';
import { command } from '../setup/command.mjs';

const NAME = 'chapterhouse';

/**
 * @typedef {{ name: string, uid: number, gid: number }} WebUser
 */

/**
 * The system user that the web process runs as; made where it is missing. It owns the database and nothing else.
 * @returns {Promise<WebUser>}
 */
export async function ensureWebUser() {
  const known = findUser((fields) => fields[0] === NAME);
  if (known === undefined) {
    await command('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/usr/sbin/nologin',
      NAME,
    ]);
  }
  const user = known ?? findUser((fields) => fields[0] === NAME);
  if (user === undefined || user.uid === 0 || user.gid === 0)
    throw new Error(`The user ${NAME} must exist and not be root.`);
  return user;
}

/**
 * Whoever owns a folder. A server for development runs as them: it writes into the checkout.
 * @param {string} folder
 * @returns {WebUser}
 */
export function ownerOf(folder) {
  const { uid, gid } = statSync(folder);
  return findUser((fields) => Number(fields[2]) === uid) ?? { name: String(uid), uid, gid };
}

function findUser(isWanted) {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const fields = line.split(':');
    if (fields.length >= 4 && isWanted(fields))
      return { name: fields[0], uid: Number(fields[2]), gid: Number(fields[3]) };
  }
  return undefined;
}
