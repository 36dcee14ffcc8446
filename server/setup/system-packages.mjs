import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { command } from './command.mjs';
import { say } from './report.mjs';

/** What a person without administrator's rights needs for shells without containers. */
const SHELLS = [
  { name: 'bubblewrap', why: 'shells kept apart by namespaces, where no container engine can run' },
  { name: 'gcc', why: 'builds the small program that keeps shells alive while the server restarts' },
  { name: 'musl-tools', why: 'keeps that program at 70 KB, without a library of the system’s' },
];

/** What the private container engine and the lab image need; only root can use them. */
const ENGINE = [
  { name: 'docker.io', why: 'the private container engine (never the Docker you may have)' },
  { name: 'docker-registry', why: 'serves images to the sandboxes without the internet' },
  { name: 'iptables', why: 'closes the way from sandboxes to this machine' },
  { name: 'iproute2', why: 'looks after the sandboxes’ network bridge' },
  { name: 'btrfs-progs', why: 'a disk limit for each sandbox' },
  { name: 'uidmap', why: 'root in a sandbox is nobody outside' },
  { name: 'mmdebstrap', why: 'builds the lab image from Debian packages' },
  { name: 'debian-archive-keyring', why: 'proves that those packages are Debian’s' },
  { name: 'kmod', why: 'asks the kernel what it can do' },
  { name: 'procps', why: 'looks after the engine’s processes' },
];

export const TESTS = [
  { name: 'chromium', why: 'the browser of the end-to-end tests' },
  { name: 'postgresql', why: 'the second database that the tests run on' },
];

/** Installs what is missing, or throws with the one command that an administrator must run. */
export async function ensureSystemPackages(extra = []) {
  const root = process.getuid?.() === 0;
  if (!hasApt()) return 'no apt here: install bubblewrap, gcc and musl-tools yourself';
  const wanted = [...SHELLS, ...(root ? ENGINE : []), ...extra];
  const missing = wanted.filter(({ name }) => !installed(name));
  if (missing.length === 0) return 'all there';
  const names = missing.map(({ name }) => name);
  for (const { name, why } of missing) say(`  needs ${name}: ${why}`);
  if (!root) {
    throw new Error(
      `These packages are missing. Run this once, then start again:\n  sudo apt-get install -y ${names.join(' ')}`,
    );
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const allow = forbidServiceStarts();
  try {
    await command('apt-get', ['update', '-q'], { env });
    const options = ['-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300'];
    await command('apt-get', ['install', ...options, ...names], { env });
  } finally {
    allow();
  }
  return `installed ${names.join(', ')}`;
}

/**
 * docker.io and docker-registry would start services of their own, the registry on every address; ours are started by
 * us alone. Debian asks this file before it starts anything (invoke-rc.d(8)); one that is there already is left alone.
 */
function forbidServiceStarts() {
  const file = '/usr/sbin/policy-rc.d';
  if (existsSync(file)) return () => undefined;
  writeFileSync(file, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  return () => rmSync(file, { force: true });
}

function hasApt() {
  return spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0;
}

function installed(name) {
  const found = spawnSync('dpkg-query', ['-W', '-f', '$' + '{Status}', name], { encoding: 'utf8' });
  return found.status === 0 && found.stdout.includes('install ok installed');
}
