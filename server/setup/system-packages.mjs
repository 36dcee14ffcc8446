import { spawnSync } from 'node:child_process';
import { command } from './command.mjs';
import { say } from './report.mjs';

/** What a person without administrator's rights needs for shells without containers. */
const SHELLS = [
  { name: 'bubblewrap', why: 'shells kept apart by namespaces, where no container engine can run' },
  { name: 'dtach', why: 'keeps a shell alive while the server restarts' },
];

/** What the private container engine and the lab image need; only root can use them. */
const ENGINE = [
  { name: 'docker.io', why: 'the private container engine (never the Docker you may have)' },
  { name: 'docker-cli', why: 'loads and builds the lab image', optional: true },
  { name: 'docker-registry', why: 'serves images to the sandboxes without the internet' },
  { name: 'iptables', why: 'closes the way from sandboxes to this machine' },
  { name: 'iproute2', why: 'looks after the sandboxes’ network bridge' },
  { name: 'btrfs-progs', why: 'a disk limit for each sandbox' },
  { name: 'uidmap', why: 'root in a sandbox is nobody outside' },
  { name: 'mmdebstrap', why: 'builds the lab image from Debian packages' },
  { name: 'busybox-static', why: 'the small stand-in images of a room without internet' },
  { name: 'procps', why: 'looks after the engine’s processes' },
];

export const TESTS = [
  { name: 'chromium', why: 'the browser of the end-to-end tests' },
  { name: 'postgresql', why: 'the second database that the tests run on' },
];

/** Installs what is missing, or throws with the one command that an administrator must run. */
export async function ensureSystemPackages(extra = []) {
  const root = process.getuid?.() === 0;
  if (!hasApt()) return 'no apt here: the packages are left to you (README, “Other systems”)';
  const wanted = [...SHELLS, ...(root ? ENGINE : []), ...extra];
  const missing = wanted.filter(({ name }) => !installed(name)).filter((p) => !p.optional || candidate(p.name));
  if (missing.length === 0) return 'all there';
  const names = missing.map(({ name }) => name);
  for (const { name, why } of missing) say(`  needs ${name}: ${why}`);
  if (!root) {
    throw new Error(
      `These packages are missing. Run this once, then start again:\n  sudo apt-get install -y ${names.join(' ')}`,
    );
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await command('apt-get', ['update', '-q'], { env });
  await command(
    'apt-get',
    ['install', '-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300', ...names],
    {
      // Packages bring daemons of their own; ours are started by us alone.
      env: { ...env, RUNLEVEL: '1' },
    },
  );
  return `installed ${names.join(', ')}`;
}

function hasApt() {
  return spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0;
}

function installed(name) {
  const found = spawnSync('dpkg-query', ['-W', '-f', '$' + '{Status}', name], { encoding: 'utf8' });
  return found.status === 0 && found.stdout.includes('install ok installed');
}

function candidate(name) {
  const found = spawnSync('apt-cache', ['policy', name], { encoding: 'utf8' });
  return /Candidate: (?!\(none\))/.test(found.stdout ?? '');
}
