import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { mustRun, runCommand } from '#server/sandboxes/engine/run-command.ts';
import type { BusyBox } from './stand-ins.ts';

/** Debian's static busybox, unpacked into `directory` without being installed on the host. */
export async function fetchBusyBox(directory: string, signal?: AbortSignal): Promise<BusyBox> {
  const binary = path.join(directory, 'bin/busybox');
  if ((await runCommand(binary, ['true'])).exitCode !== 0) await unpack(directory, signal);
  const [applets, banner] = await Promise.all([mustRun(binary, ['--list']), mustRun(binary, ['--help'])]);
  const version = /BusyBox v(\S+)/.exec(banner)?.[1] ?? 'unknown';
  return { binary: await readFile(binary), applets: applets.trim().split('\n'), version };
}

async function unpack(directory: string, signal?: AbortSignal): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  // A shell, as apt-get download writes into the working directory and has no option for another one.
  await mustRun(
    'sh',
    ['-c', 'cd "$1" && apt-get -o APT::Sandbox::User=root download busybox-static', 'sh', directory],
    signal,
  );
  const [archive] = (await readdir(directory)).filter((name) => name.endsWith('.deb'));
  if (archive === undefined) throw new Error('apt-get downloaded no busybox-static');
  await mustRun('dpkg-deb', ['-x', path.join(directory, archive), directory], signal);
  const { exitCode } = await runCommand(path.join(directory, 'bin/busybox'), ['true']);
  if (exitCode !== 0) await mustRun('ln', ['-s', 'usr/bin', path.join(directory, 'bin')]);
}
