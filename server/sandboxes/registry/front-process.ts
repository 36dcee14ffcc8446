import { readFile, stat, statfs } from 'node:fs/promises';
import { z } from 'zod';
import { createFront } from './front.ts';
import { folderBytes } from './listing.ts';

/**
 * The mirror's front as a process of its own, so that it outlives the server, and with no rights of its own: it loads
 * and binds as root (the product may lie where only root reads), then becomes the account it is told.
 */
const settings = z.strictObject({
  addresses: z.array(z.string()).min(1),
  port: z.number().int(),
  owner: z.strictObject({ uid: z.number().int().positive(), gid: z.number().int().positive() }),
  sockets: z.strictObject({ local: z.string(), kept: z.string().nullable(), upstream: z.string().nullable() }),
  upstream: z.string().nullable(),
  standInsFile: z.string(),
  /** Where fetched images are kept, and how many bytes of them. */
  cache: z.strictObject({ directory: z.string(), limitBytes: z.number().positive() }).nullable(),
});

const LOOK_EVERY_MS = 10_000;
const UPSTREAM_TIMEOUT_MS = 5_000;
/** Never the last of the disk: sandboxes live on it. */
const KEPT_FREE_BYTES = 2 * 1024 ** 3;

const { addresses, port, owner, sockets, upstream, standInsFile, cache } = settings.parse(
  JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')),
);
let room = true;
let known: { at: number; names: ReadonlySet<string> } = { at: -1, names: new Set() };

async function standIns(): Promise<ReadonlySet<string>> {
  const changed = await stat(standInsFile).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  if (changed === known.at) return known.names;
  const names = changed === 0 ? [] : z.array(z.string()).parse(JSON.parse(await readFile(standInsFile, 'utf8')));
  known = { at: changed, names: new Set(names) };
  return known.names;
}

/** Any answer will do: a registry may want a password before it says more. */
async function upstreamAnswers(): Promise<boolean> {
  if (upstream === null) return false;
  return fetch(new URL('/v2/', upstream), { signal: AbortSignal.timeout(UPSTREAM_TIMEOUT_MS) }).then(
    () => true,
    () => false,
  );
}

async function lookForRoom({ directory, limitBytes }: NonNullable<typeof cache>): Promise<void> {
  const disk = await statfs(directory);
  room = disk.bavail * disk.bsize > KEPT_FREE_BYTES && (await folderBytes(directory)) < limitBytes;
}

await Promise.all(
  addresses.map((address) => {
    const server = createFront({ sockets, standIns, upstreamAnswers, hasRoom: () => room });
    return new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, address, resolve);
    });
  }),
);
process.setgroups?.([]);
process.setgid?.(owner.gid);
process.setuid?.(owner.uid);
if (cache) {
  const look = () =>
    lookForRoom(cache).catch((error: unknown) => {
      process.stderr.write(`${error}\n`);
    });
  await look();
  setInterval(look, LOOK_EVERY_MS);
}
