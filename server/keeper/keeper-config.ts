import { createHash } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '#server/errors.ts';

/** The settings that are the keeper's: what root makes, where, and for whom. */
const environment = z.object({
  CHAPTERHOUSE_HOME: z.string().min(1).default('/var/lib/chapterhouse'),
  /** Image archives shared by all installations on the machine. */
  CHAPTERHOUSE_CACHE: z.string().min(1).default('/var/cache/chapterhouse'),
  CHAPTERHOUSE_CONTENT: z.string().min(1).default('content'),
  /** The engine's own files; another installation may share a running engine by naming its home and number. */
  CHAPTERHOUSE_ENGINE_HOME: z.string().min(1).optional(),
  /** Names its bridges, subnets and firewall chains. */
  CHAPTERHOUSE_ENGINE_INDEX: z.coerce.number().int().min(0).max(250).default(1),
  /** Ask a public registry for the base of a lab image before making it from Debian packages. */
  CHAPTERHOUSE_PULL_BASE: z
    .enum(['0', '1', 'true', 'false'])
    .default('0')
    .transform((value) => value === '1' || value === 'true'),
  /** Folder of the two sockets. */
  CHAPTERHOUSE_KEEPER: z.string().min(1),
  /** Number of the group that may connect: the web process's own. */
  CHAPTERHOUSE_WEB_GROUP: z.coerce.number().int().min(1),
});

export type KeeperConfig = {
  home: string;
  imageCache: string;
  contentDir: string;
  engineHome: string;
  engineIndex: number;
  pullBase: boolean;
  socketFolder: string;
  webGroup: number;
  installation: string;
};

/** Reads the environment; a setting that cannot be understood is named with its reason. */
export function readKeeperConfig(env: NodeJS.ProcessEnv, root: string): KeeperConfig {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const reasons = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw new AppError('bad_request', `settings that cannot be used: ${reasons}`);
  }
  const e = parsed.data;
  const home = path.resolve(e.CHAPTERHOUSE_HOME);
  return {
    home,
    imageCache: path.join(path.resolve(e.CHAPTERHOUSE_CACHE), 'images'),
    contentDir: path.resolve(root, e.CHAPTERHOUSE_CONTENT),
    engineHome: path.resolve(e.CHAPTERHOUSE_ENGINE_HOME ?? path.join(home, 'engine')),
    engineIndex: e.CHAPTERHOUSE_ENGINE_INDEX,
    pullBase: e.CHAPTERHOUSE_PULL_BASE,
    socketFolder: path.resolve(e.CHAPTERHOUSE_KEEPER),
    webGroup: e.CHAPTERHOUSE_WEB_GROUP,
    installation: installationOf(home),
  };
}

/** Two installations on one engine never touch each other's sandboxes. */
const installationOf = (home: string) => createHash('sha256').update(home).digest('hex').slice(0, 16);
