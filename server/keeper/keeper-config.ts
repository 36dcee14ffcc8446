import { createHash } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '#server/errors.ts';
import { PUBLIC_BASE } from '#server/sandboxes/images/base-image.ts';

/** A registry's address and nothing else: what it is asked for would be on show, passwords included. */
const upstream = z
  .url({ protocol: /^https?$/ })
  .refine((text) => new URL(text).username === '' && new URL(text).password === '', 'no user and no password in it')
  .transform((text) => text.replace(/\/+$/, ''));

const IMAGE_NAME = /^[a-z0-9][a-zA-Z0-9._:/-]{0,254}$/;

function baseName(value: string): string | null {
  if (value === '0' || value === 'false') return null;
  return value === '1' || value === 'true' ? PUBLIC_BASE : value;
}

/** What root makes, and where. Commands read the same. */
const hostEnvironment = z.object({
  CHAPTERHOUSE_HOME: z.string().min(1).default('/var/lib/chapterhouse'),
  /** Image archives shared by all installations on the machine. */
  CHAPTERHOUSE_CACHE: z.string().min(1).default('/var/cache/chapterhouse'),
  CHAPTERHOUSE_CONTENT: z.string().min(1).default('content'),
  /** The engine's own files; another installation may share a running engine by naming its home and number. */
  CHAPTERHOUSE_ENGINE_HOME: z.string().min(1).optional(),
  /** Names its bridges, subnets and firewall chains. */
  CHAPTERHOUSE_ENGINE_INDEX: z.coerce.number().int().min(0).max(250).default(1),
  /** `1`, or the name of an image: the base of a lab image is pulled, before it is made from Debian packages. */
  CHAPTERHOUSE_PULL_BASE: z.string().regex(IMAGE_NAME).default('0').transform(baseName),
  /** The registry that the mirror fetches missing images from. Left out: none, as in a closed room. */
  CHAPTERHOUSE_MIRROR_UPSTREAM: upstream.optional(),
  /** How much of it is kept. */
  CHAPTERHOUSE_MIRROR_CACHE_GIB: z.coerce.number().positive().default(20),
  /** The web process's; the doctor looks whether it is free. */
  CHAPTERHOUSE_PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
});

const environment = hostEnvironment.extend({
  /** Folder of the two sockets. */
  CHAPTERHOUSE_KEEPER: z.string().min(1),
  /** Number of the group that may connect: the web process's own. */
  CHAPTERHOUSE_WEB_GROUP: z.coerce.number().int().min(1),
});

export type HostSettings = {
  home: string;
  imageCache: string;
  contentDir: string;
  engineHome: string;
  engineIndex: number;
  pullBase: string | null;
  mirror: { upstream: string | null; cacheGiB: number; archives: string };
  webPort: number;
};

export type KeeperConfig = HostSettings & {
  socketFolder: string;
  webGroup: number;
  installation: string;
};

/** Reads the environment; a setting that cannot be understood is named with its reason. */
export function readKeeperConfig(env: NodeJS.ProcessEnv, root: string): KeeperConfig {
  const e = read(environment, env);
  const settings = hostSettings(e, root);
  return {
    ...settings,
    socketFolder: path.resolve(e.CHAPTERHOUSE_KEEPER),
    webGroup: e.CHAPTERHOUSE_WEB_GROUP,
    installation: installationOf(settings.home),
  };
}

export function readHostSettings(env: NodeJS.ProcessEnv, root: string): HostSettings {
  return hostSettings(read(hostEnvironment, env), root);
}

function read<T>(schema: z.ZodType<T>, env: NodeJS.ProcessEnv): T {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw new AppError('bad_request', `settings that cannot be used: ${reasons}`);
}

function hostSettings(e: z.infer<typeof hostEnvironment>, root: string): HostSettings {
  const home = path.resolve(e.CHAPTERHOUSE_HOME);
  const imageCache = path.join(path.resolve(e.CHAPTERHOUSE_CACHE), 'images');
  return {
    home,
    imageCache,
    contentDir: path.resolve(root, e.CHAPTERHOUSE_CONTENT),
    engineHome: path.resolve(e.CHAPTERHOUSE_ENGINE_HOME ?? path.join(home, 'engine')),
    engineIndex: e.CHAPTERHOUSE_ENGINE_INDEX,
    pullBase: e.CHAPTERHOUSE_PULL_BASE,
    mirror: {
      upstream: e.CHAPTERHOUSE_MIRROR_UPSTREAM ?? null,
      cacheGiB: e.CHAPTERHOUSE_MIRROR_CACHE_GIB,
      archives: imageCache,
    },
    webPort: e.CHAPTERHOUSE_PORT,
  };
}

/** Two installations on one engine never touch each other's sandboxes. */
const installationOf = (home: string) => createHash('sha256').update(home).digest('hex').slice(0, 16);
