import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, homedir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from './errors.ts';
import { type LimitAmounts, type MachineLimits, withinCeilings } from './shared/sandbox-policy.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const flag = z.enum(['0', '1', 'true', 'false']).transform((value) => value === '1' || value === 'true');
const positive = z.coerce.number().positive();
const whole = z.coerce.number().int();

/** Every setting that the web process reads from its environment, with its default. The keeper has its own. */
const environment = z.object({
  /** Where the database, the engine and the sandboxes live. */
  CHAPTERHOUSE_HOME: z.string().min(1).optional(),
  CHAPTERHOUSE_PORT: port.default(3000),
  CHAPTERHOUSE_HOST: z.string().min(1).default('0.0.0.0'),
  /** The address people type, when a proxy stands before the server. */
  CHAPTERHOUSE_URL: z.url().optional(),
  CHAPTERHOUSE_CONTENT: z.string().min(1).optional(),
  CHAPTERHOUSE_DRIVER: z.enum(['auto', 'docker', 'bubblewrap', 'fake']).default('auto'),
  /** Folder of the keeper's sockets. `npm start` sets it where it runs as root. */
  CHAPTERHOUSE_KEEPER: z.string().min(1).optional(),
  CHAPTERHOUSE_MAX_SANDBOXES: z.coerce.number().int().min(1).max(10_000).optional(),
  CHAPTERHOUSE_SANDBOX_MEMORY_MIB: whole.min(128).default(1024),
  CHAPTERHOUSE_SANDBOX_CPUS: z.coerce.number().min(0.1).default(1),
  CHAPTERHOUSE_SANDBOX_PIDS: whole.min(64).default(1024),
  CHAPTERHOUSE_SANDBOX_DISK_MIB: whole.min(512).default(4096),
  CHAPTERHOUSE_IDLE_MINUTES: positive.default(60),
  CHAPTERHOUSE_LIFETIME_MINUTES: positive.default(240),
  /** What no course and no class may go beyond. Left out: a good deal above the default. */
  CHAPTERHOUSE_CEILING_MEMORY_MIB: whole.min(128).optional(),
  CHAPTERHOUSE_CEILING_CPUS: z.coerce.number().min(0.1).optional(),
  CHAPTERHOUSE_CEILING_PIDS: whole.min(64).optional(),
  CHAPTERHOUSE_CEILING_DISK_MIB: whole.min(512).optional(),
  CHAPTERHOUSE_CEILING_IDLE_MINUTES: positive.optional(),
  CHAPTERHOUSE_CEILING_LIFETIME_MINUTES: positive.optional(),
  /** So long before an ending its student is told. */
  CHAPTERHOUSE_WARN_MINUTES: positive.default(5),
  /** States of a sandbox that one student keeps. */
  CHAPTERHOUSE_SNAPSHOTS: whole.min(0).max(100).default(3),
  /** Of one file that a student sends into their sandbox. */
  CHAPTERHOUSE_UPLOAD_MIB: z.coerce.number().positive().max(4096).default(32),
  CHAPTERHOUSE_SECRET: z.string().min(32).optional(),
  DATABASE_URL: z.string().min(1).optional(),
  /** Below it every name leads to this server, so that each preview has one: a host name, and a port where it is not the site's. */
  CHAPTERHOUSE_PREVIEW_HOST: z
    .string()
    .regex(
      /^[a-z0-9]([a-z0-9.-]{0,180}[a-z0-9])?(:[1-9]\d{0,4})?$/,
      'a host name in lower case, with or without a port',
    )
    .optional(),
  /** A second port for previews, where no such name is to be had. */
  CHAPTERHOUSE_PREVIEW_PORT: port.min(1).optional(),
  /** Open pages show what an author writes as it is saved, and run a check that changed. `npm run dev` turns it on. */
  CHAPTERHOUSE_LIVE_COURSES: flag.optional(),
  /** Hosts inside this network, as `host` or `host:port` with commas between, that courses may be imported from by git. */
  CHAPTERHOUSE_COURSE_GIT_HOSTS: z.string().default(''),
  /** A file with the authorities of those hosts' certificates. */
  CHAPTERHOUSE_COURSE_GIT_CA: z.string().min(1).optional(),
  /** Trust `x-forwarded-*` of a proxy before the server. */
  CHAPTERHOUSE_TRUST_PROXY: flag.default(false),
});

/** Where browsers look at what sandboxes serve. Nulls: below `localhost`, by browsers on this machine only. */
export type PreviewConfig = { host: string | null; port: number | null };

export type Config = {
  home: string;
  /** The part of the home that is the web process's own: database, secret, shells without containers. */
  webHome: string;
  host: string;
  port: number;
  /** Null: links are made from the address the browser used. */
  url: string | null;
  contentDir: string;
  databaseUrl: string;
  secret: string;
  driver: 'auto' | 'docker' | 'bubblewrap' | 'fake';
  /** Null: nobody keeps an engine for us. */
  keeper: string | null;
  trustProxy: boolean;
  preview: PreviewConfig;
  /** Open pages follow what an author writes. */
  liveCourses: boolean;
  /** What courses may be imported from by git, beside the public internet. */
  courseGit: { trustedHosts: string[]; caFile: string | null };
  /** Of one file that is sent into a sandbox. */
  uploadBytes: number;
  sandbox: {
    /** Null: decided from the machine's memory. */
    max: number | null;
    /** As the environment has them; the admin may set others on the page. */
    limits: MachineLimits;
    /** States that one student keeps. */
    snapshots: number;
    warnMs: number;
  };
};

/** Reads the environment; a setting that cannot be understood is named with its reason. */
export function readConfig(env: NodeJS.ProcessEnv, root: string): Config {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const reasons = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
    throw new AppError('bad_request', `settings that cannot be used: ${reasons}`);
  }
  const e = parsed.data;
  const home = path.resolve(e.CHAPTERHOUSE_HOME ?? defaultHome());
  const webHome = path.join(home, 'web');
  mkdirSync(webHome, { recursive: true, mode: 0o755 });
  return {
    home,
    webHome,
    host: e.CHAPTERHOUSE_HOST,
    port: e.CHAPTERHOUSE_PORT,
    url: e.CHAPTERHOUSE_URL ?? null,
    contentDir: path.resolve(root, e.CHAPTERHOUSE_CONTENT ?? 'content'),
    databaseUrl: e.DATABASE_URL ?? `file:${path.join(webHome, 'chapterhouse.db')}`,
    secret: e.CHAPTERHOUSE_SECRET ?? keptSecret(webHome),
    driver: e.CHAPTERHOUSE_DRIVER,
    keeper: e.CHAPTERHOUSE_KEEPER === undefined ? null : path.resolve(e.CHAPTERHOUSE_KEEPER),
    trustProxy: e.CHAPTERHOUSE_TRUST_PROXY,
    preview: previewOf(e),
    liveCourses: e.CHAPTERHOUSE_LIVE_COURSES ?? env.NODE_ENV === 'development',
    courseGit: {
      trustedHosts: e.CHAPTERHOUSE_COURSE_GIT_HOSTS.split(',')
        .map((host) => host.trim())
        .filter(Boolean),
      caFile: e.CHAPTERHOUSE_COURSE_GIT_CA ? path.resolve(e.CHAPTERHOUSE_COURSE_GIT_CA) : null,
    },
    uploadBytes: Math.floor(e.CHAPTERHOUSE_UPLOAD_MIB * 1024 * 1024),
    sandbox: {
      max: e.CHAPTERHOUSE_MAX_SANDBOXES ?? null,
      limits: limitsOf(e),
      snapshots: e.CHAPTERHOUSE_SNAPSHOTS,
      warnMs: e.CHAPTERHOUSE_WARN_MINUTES * 60_000,
    },
  };
}

/**
 * A page may set cookies for every name above its own: below the site's own name, a student's page could set the site's.
 */
function previewOf(e: z.infer<typeof environment>): PreviewConfig {
  const host = e.CHAPTERHOUSE_PREVIEW_HOST ?? null;
  const name = host?.replace(/:\d+$/, '');
  const site = e.CHAPTERHOUSE_URL === undefined ? undefined : new URL(e.CHAPTERHOUSE_URL).hostname;
  if (name !== undefined && site !== undefined && `.${name}`.endsWith(`.${site}`))
    throw new AppError('bad_request', `CHAPTERHOUSE_PREVIEW_HOST: ${name} must not be ${site} nor lie below it`);
  return { host, port: e.CHAPTERHOUSE_PREVIEW_PORT ?? null };
}

/** A ceiling below its default would be a contradiction: then the default is cut by it. */
function limitsOf(e: z.infer<typeof environment>): MachineLimits {
  const defaults: LimitAmounts = {
    memoryMiB: e.CHAPTERHOUSE_SANDBOX_MEMORY_MIB,
    cpus: e.CHAPTERHOUSE_SANDBOX_CPUS,
    pids: e.CHAPTERHOUSE_SANDBOX_PIDS,
    diskMiB: e.CHAPTERHOUSE_SANDBOX_DISK_MIB,
    idleMinutes: e.CHAPTERHOUSE_IDLE_MINUTES,
    lifetimeMinutes: e.CHAPTERHOUSE_LIFETIME_MINUTES,
  };
  const ceilings: LimitAmounts = {
    memoryMiB: e.CHAPTERHOUSE_CEILING_MEMORY_MIB ?? 4 * defaults.memoryMiB,
    cpus: e.CHAPTERHOUSE_CEILING_CPUS ?? Math.max(defaults.cpus, availableParallelism()),
    pids: e.CHAPTERHOUSE_CEILING_PIDS ?? 4 * defaults.pids,
    diskMiB: e.CHAPTERHOUSE_CEILING_DISK_MIB ?? 4 * defaults.diskMiB,
    idleMinutes: e.CHAPTERHOUSE_CEILING_IDLE_MINUTES ?? 4 * defaults.idleMinutes,
    lifetimeMinutes: e.CHAPTERHOUSE_CEILING_LIFETIME_MINUTES ?? 3 * defaults.lifetimeMinutes,
  };
  return { defaults: withinCeilings(defaults, ceilings), ceilings };
}

const isRoot = () => process.getuid?.() === 0;
const defaultHome = () => (isRoot() ? '/var/lib/chapterhouse' : path.join(homedir(), '.local/share/chapterhouse'));

/** Signs the session cookies; made at first run and kept, so that a restart signs nobody out. */
function keptSecret(folder: string): string {
  const file = path.join(folder, 'secret');
  if (!existsSync(file)) writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  return readFileSync(file, 'utf8').trim();
}
