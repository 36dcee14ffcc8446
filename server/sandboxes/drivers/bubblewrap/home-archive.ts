import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { AppError } from '#server/errors.ts';
import type { SnapshotRef, TakenSnapshot } from '#server/sandboxes/driver.ts';
import { asIdentity, type Identity, run } from './run-command.ts';

/** A home with more in it is not kept: nothing else holds its size. */
const MAX_BYTES = 1024 ** 3;
const LIMITS = { timeoutMs: 120_000, maxOutputBytes: 8 * 1024 };
const SNAPSHOT_ID = /^[a-z0-9][a-z0-9-]{0,63}$/;
/** Opens the archive as whoever we are, and reads the home as whoever it belongs to. */
const PACK_SCRIPT = 'file=$1; shift; exec "$@" > "$file"';
const UNPACK_SCRIPT = 'file=$1; shift; exec "$@" < "$file"';

export type HomeArchives = {
  take(home: string, request: { snapshotId: string; signal?: AbortSignal }): Promise<TakenSnapshot>;
  unpack(snapshotId: string, home: string): Promise<void>;
  list(): Promise<SnapshotRef[]>;
  remove(snapshotId: string): Promise<void>;
};

/** Homes kept as archives in one folder that no sandbox sees. */
export function createHomeArchives(folder: string, identity: Identity | null): HomeArchives {
  const place = (snapshotId: string) => {
    if (!SNAPSHOT_ID.test(snapshotId)) throw new AppError('snapshot_unknown', `not a snapshot id: ${snapshotId}`);
    return `${folder}/${snapshotId}.tar`;
  };
  return {
    async take(home, { snapshotId, signal }) {
      const file = place(snapshotId);
      const partial = `${file}.partial`;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      try {
        const tar = ['tar', '--create', '--sparse', '--one-file-system', '--ignore-failed-read'];
        const pack = ['prlimit', `--fsize=${MAX_BYTES}`, '--', ...tar, '--directory', home, '--file', '-', '.'];
        const argv = ['sh', '-c', PACK_SCRIPT, 'sh', partial, ...asIdentity(pack, identity)];
        const { exitCode, stderr } = await run(argv, { ...LIMITS, ...(signal && { signal }) });
        const { size } = await stat(partial);
        if (size >= MAX_BYTES) throw new AppError('snapshot_too_large', `${home} is larger than ${MAX_BYTES} bytes`);
        // 1: a file changed while it was read.
        if (exitCode !== 0 && exitCode !== 1) throw new AppError('snapshot_failed', `tar: ${stderr.toString()}`);
        await rename(partial, file);
        return { snapshotId, ref: file, whole: false, sizeBytes: size };
      } catch (error) {
        await rm(partial, { force: true });
        throw error;
      }
    },
    async unpack(snapshotId, home) {
      const file = place(snapshotId);
      if ((await stat(file).catch(() => null)) === null) throw new AppError('snapshot_unknown', `no archive ${file}`);
      const tar = ['tar', '--extract', '--preserve-permissions', '--directory', home, '--file', '-'];
      const argv = ['sh', '-c', UNPACK_SCRIPT, 'sh', file, ...asIdentity(tar, identity)];
      const { exitCode, stderr } = await run(argv, LIMITS);
      if (exitCode !== 0) throw new AppError('snapshot_failed', `tar: ${stderr.toString()}`);
    },
    async list() {
      const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.tar'));
      return names.map((name) => ({ snapshotId: name.slice(0, -'.tar'.length), ref: `${folder}/${name}` }));
    },
    async remove(snapshotId) {
      await rm(place(snapshotId), { force: true });
    },
  };
}
