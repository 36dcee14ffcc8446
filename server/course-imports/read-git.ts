import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { CourseStaging } from './course-staging.ts';
import { type GitPlace, type GitPolicy, type GitSource, gitPlace } from './git-address.ts';
import { type ImportLimits, ImportRefusal, tooLarge } from './import-limits.ts';
import { readTar } from './read-tar.ts';

const TIMEOUT_MS = 120_000;
const CPU_SECONDS = 60;
const MEMORY_BYTES = 2 * 1024 ** 3;
const TOLD_BYTES = 2_000;

type ReadGit = {
  source: GitSource;
  policy: GitPolicy;
  staging: CourseStaging;
  limits: ImportLimits;
  /** Removed by the caller. */
  folder: string;
  signal: AbortSignal;
};

/**
 * A course from a repository: its newest state alone is fetched and packed by git itself, and goes through the same eye of
 * the needle as an archive. Nothing is ever checked out, so no link, filter, hook or submodule of it can do anything.
 */
export async function readGit({
  source,
  policy,
  staging,
  limits,
  folder,
  signal,
}: ReadGit): Promise<{ revision: string }> {
  const place = await gitPlace(source, policy);
  const bare = path.join(folder, 'repository.git');
  await mkdir(bare, { recursive: true });
  const until = AbortSignal.any([signal, AbortSignal.timeout(policy.timeoutMs ?? TIMEOUT_MS)]);
  const git = (args: string[]) => new Git({ args, bare, place, policy, limits, signal: until });
  await git(['init', '--quiet', '--bare', '--template=']).text();
  const fetch = ['fetch', '--quiet', '--depth=1', '--no-tags', '--no-recurse-submodules', '--no-write-commit-graph'];
  await git([...fetch, '--', place.url, source.ref ?? 'HEAD']).text();
  const revision = (await git(['rev-parse', '--verify', 'FETCH_HEAD^{commit}']).text()).trim();
  const tree = source.folder === undefined ? revision : `${revision}:${source.folder.replace(/\/+$/, '')}`;
  const packed = git(['archive', '--format=tar', `--prefix=${place.family}/`, tree]);
  await packed.read((stream) => readTar({ source: stream, isGzip: false, staging, onImages: null, signal: until }));
  return { revision };
}

type GitCall = {
  args: string[];
  bare: string;
  place: GitPlace;
  policy: GitPolicy;
  limits: ImportLimits;
  signal: AbortSignal;
};

/** git as nobody configured it: no settings of the machine or of a user, no prompt, no protocol but https. */
export function gitCommand({ args, bare, place, policy, limits }: Omit<GitCall, 'signal'>): string[] {
  const pinned = place.addresses.map((one) => (one.includes(':') ? `[${one}]` : one)).join(',');
  const settings = {
    'core.hooksPath': '/dev/null',
    'core.fsmonitor': 'false',
    'credential.helper': '',
    'fetch.fsckObjects': 'true',
    // One file for all objects, so that its size can be held.
    'fetch.unpackLimit': '1',
    'gc.auto': '0',
    'http.curloptResolve': `${place.host}:${place.port}:${pinned}`,
    'http.followRedirects': 'false',
    'http.lowSpeedLimit': '1000',
    'http.lowSpeedTime': '20',
    'http.proxy': '',
    'maintenance.auto': 'false',
    'protocol.allow': 'never',
    'protocol.https.allow': 'always',
    'submodule.recurse': 'false',
    ...(policy.caFile !== null && { 'http.sslCAInfo': policy.caFile }),
  };
  const limit = [`--fsize=${limits.packedBytes}`, `--as=${MEMORY_BYTES}`, `--cpu=${CPU_SECONDS}`, '--core=0'];
  const flags = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  return ['prlimit', ...limit, 'git', `--git-dir=${bare}`, ...flags, ...args];
}

function gitEnvironment(bare: string): NodeJS.ProcessEnv {
  return {
    NODE_ENV: process.env.NODE_ENV,
    PATH: process.env.PATH,
    HOME: bare,
    LC_ALL: 'C',
    GIT_ALLOW_PROTOCOL: 'https',
    GIT_ASKPASS: 'true',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_TERMINAL_PROMPT: '0',
  };
}

class Git {
  readonly #call: GitCall;

  constructor(call: GitCall) {
    this.#call = call;
  }

  async text(): Promise<string> {
    let said = '';
    await this.read(async (stream) => {
      for await (const chunk of stream) {
        said += chunk.toString();
        if (said.length > TOLD_BYTES) throw tooLarge('the repository', 'says more than expected');
      }
    });
    return said;
  }

  /** Runs it to its end, its output read meanwhile; who stops reading, or the time, ends it. */
  async read(take: (stdout: Readable) => Promise<void>): Promise<void> {
    const { bare, place, signal } = this.#call;
    signal.throwIfAborted();
    const [file = '', ...args] = gitCommand(this.#call);
    // A group of its own: git's helpers end with it.
    const child = spawn(file, args, { env: gitEnvironment(bare), stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const end = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    };
    signal.addEventListener('abort', end, { once: true });
    let complaint = '';
    child.stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString()).slice(-TOLD_BYTES);
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    try {
      await take(child.stdout).finally(() => child.stdout.destroyed || child.stdout.resume());
      const code = await ended;
      if (code !== 0) throw failed(place.url, signal.aborted ? 'it took too long' : complaint);
    } catch (error) {
      end();
      await ended.catch(() => null);
      throw signal.aborted && !(error instanceof ImportRefusal) ? failed(place.url, 'it took too long') : error;
    } finally {
      signal.removeEventListener('abort', end);
    }
  }
}

function failed(url: string, complaint: string): ImportRefusal {
  const last = complaint.trim().split('\n').at(-1) || 'git ended without a word';
  return new ImportRefusal(url, `cannot be fetched: ${last.slice(0, 300)}`, 'is it public, and is the branch there?');
}
