import { chmodSync, existsSync, lchownSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';

/** What an earlier version kept in the home itself. */
const FORMER = ['chapterhouse.db', 'chapterhouse.db-wal', 'chapterhouse.db-shm', 'secret', 'bwrap'];

/**
 * `<home>` stays root's; `<home>/web` is the web process's. What lies there already is never given away again: whoever
 * owns a folder can put other people's files into it by links.
 * @param {{ home: string, user: import('./web-user.mjs').WebUser | null, say: (text: string) => void }} request
 */
export function layOutHome({ home, user, say }) {
  mkdirSync(home, { recursive: true, mode: 0o755 });
  const web = path.join(home, 'web');
  const isGiven = existsSync(web) && (user === null || statSync(web).uid === user.uid);
  mkdirSync(web, { recursive: true, mode: 0o755 });
  if (isGiven) return;
  const former = FORMER.filter((name) => existsSync(path.join(home, name)) && !existsSync(path.join(web, name)));
  if (former.includes('bwrap') && user !== null) endShellsIn(path.join(home, 'bwrap'));
  for (const name of former) renameSync(path.join(home, name), path.join(web, name));
  if (former.length > 0) say(`Moved ${former.join(', ')} to ${web}, which is the web process's own`);
  if (user === null) return;
  giveAway(web, user);
  // Sandboxes without containers run as another number where an ordinary user serves: they pass, and read nothing.
  chmodSync(web, 0o711);
}

/** From the inside out: once a folder is somebody's, nothing in it is touched any more. */
function giveAway(entry, { uid, gid }) {
  for (const child of readdirSync(entry, { withFileTypes: true })) {
    const place = path.join(entry, child.name);
    if (child.isDirectory()) giveAway(place, { uid, gid });
    else lchownSync(place, uid, gid);
  }
  lchownSync(entry, uid, gid);
}

/** Shells that an earlier version ran as root: the web process could neither use nor end them. */
function endShellsIn(folder) {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    if (
      !commandLine(pid)
        .split('\0')
        .some((argument) => argument.startsWith(`${folder}/`))
    )
      continue;
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It ended with the one before.
    }
  }
}

function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
