import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import path from 'node:path';
import { layOutHome } from './home-layout.mjs';
import { asUser, reachCheckout, requireWritableDatabase } from './unprivileged.mjs';
import { ensureWebUser, ownerOf } from './web-user.mjs';

/**
 * @typedef {{ program: string, args: string[], cwd: string, env: NodeJS.ProcessEnv }} Command
 * @typedef {Command & { folder: string }} KeeperCommand
 * @typedef {{ keeper: KeeperCommand | null, web: Command }} Launch
 * @typedef {{ root: string, env: NodeJS.ProcessEnv, development: boolean, say: (text: string) => void }} LaunchRequest
 */

/** Files that show whether the web process can read the checkout. */
const WEB_FILES = ['package.json', 'node_modules/.bin/node', 'server/index.ts', 'content'];
/** All of the environment that the web process gets: what is root's stays root's. */
const WEB_NAMES = /^(CHAPTERHOUSE_|NEXT_|NODE_|PG|LC_|SSL_CERT_|(PATH|LANG|TZ|DATABASE_URL)$)/;
/** What the web process alone may know. */
const WEB_SECRETS = ['DATABASE_URL', 'CHAPTERHOUSE_SECRET'];

/**
 * Prepares the home and says what is to be started, as whom. As root: a keeper, and a web process that is not root.
 * As anybody else: a web process.
 * @param {LaunchRequest} request
 * @returns {Promise<Launch>}
 */
export async function planLaunch(request) {
  const { root, env, development, say } = request;
  const mode = { NODE_ENV: development ? 'development' : 'production', NEXT_TELEMETRY_DISABLED: '1' };
  if (process.getuid?.() !== 0) {
    const home = path.resolve(env.CHAPTERHOUSE_HOME ?? path.join(homedir(), '.local/share/chapterhouse'));
    layOutHome({ home, user: null, say });
    return { keeper: null, web: { ...nodeCommand([], root, 'server/index.ts'), env: { ...env, ...mode } } };
  }
  const home = path.resolve(env.CHAPTERHOUSE_HOME ?? '/var/lib/chapterhouse');
  const user = development ? ownerOf(root) : await ensureWebUser();
  if (user.uid === 0) say(`The checkout is root's: for development the web process runs as root too`);
  layOutHome({ home, user, say });
  requireWritableDatabase({ url: env.DATABASE_URL, user });
  const folder = needsKeeper(env) ? socketFolder(env, home) : null;
  const web = webCommand({ ...request, home, user });
  Object.assign(web.env, mode, folder === null ? {} : { CHAPTERHOUSE_KEEPER: folder });
  return { keeper: folder === null ? null : keeperCommand({ ...request, home, user, folder }), web };
}

const needsKeeper = ({ CHAPTERHOUSE_DRIVER: driver = 'auto' }) => driver === 'auto' || driver === 'docker';

/** Short, as a unix socket's path must be, and the same at each start of one installation. */
const socketFolder = (env, home) =>
  path.resolve(
    env.CHAPTERHOUSE_KEEPER ?? `/run/chapterhouse-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`,
  );

function keeperCommand({ root, env, home, user, folder }) {
  const keeperEnv = {
    ...env,
    CHAPTERHOUSE_HOME: home,
    CHAPTERHOUSE_KEEPER: folder,
    CHAPTERHOUSE_WEB_GROUP: String(user.gid),
  };
  for (const name of WEB_SECRETS) delete keeperEnv[name];
  return {
    ...nodeCommand(['setpriv', '--pdeathsig', 'TERM', '--'], root, 'server/keeper/index.ts'),
    env: keeperEnv,
    folder,
  };
}

function webCommand({ root, env, development, home, user, say }) {
  const files = development ? WEB_FILES : [...WEB_FILES, '.next/BUILD_ID'];
  const seen = reachCheckout({ root, home, user, files, say });
  const webEnv = Object.fromEntries(Object.entries(env).filter(([name]) => WEB_NAMES.test(name)));
  const content = path.resolve(root, env.CHAPTERHOUSE_CONTENT ?? 'content');
  const isInside = content === root || content.startsWith(`${root}/`);
  return {
    ...nodeCommand([...seen.prefix, ...asUser(user)], seen.root, 'server/index.ts'),
    // Before its namespace is made, the place where it will see the checkout is empty.
    cwd: seen.prefix.length > 0 ? '/' : root,
    env: {
      ...webEnv,
      HOME: path.join(home, 'web'),
      USER: user.name,
      LOGNAME: user.name,
      CHAPTERHOUSE_HOME: home,
      CHAPTERHOUSE_CONTENT: isInside ? path.join(seen.root, path.relative(root, content)) : content,
    },
  };
}

function nodeCommand(prefix, root, entry) {
  const node = [
    path.join(root, 'node_modules/.bin/node'),
    '--disable-warning=ExperimentalWarning',
    path.join(root, entry),
  ];
  const [program = '', ...args] = [...prefix, ...node];
  return { program, args, cwd: root };
}
