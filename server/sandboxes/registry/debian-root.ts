import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { z } from 'zod';
import { log } from '#server/log.ts';
import { hostArchive } from '#server/sandboxes/engine/host-archive.ts';
import type { Layer } from './image-files.ts';

/** Counts up when what is made here changes: an older archive is then left aside. */
const RECIPE = 1;
/** In a closed room nothing else can be installed; with it comes what it needs. */
const CARRIED = 'htop';
const PACKAGES = '/srv/packages';

const noted = z.object({ diffId: z.string(), digest: z.string(), size: z.number() });

/**
 * Debian's smallest system with apt, made from the host's own package archive, as one layer. It carries a folder of
 * packages that its apt installs from without a network. Made once (some 20 s) and kept in `directory`, for every
 * installation of the machine: made again it would be another image, which every sandbox had to fetch again.
 */
export async function fetchDebianRoot(directory: string, signal?: AbortSignal): Promise<Layer> {
  const archive = path.join(directory, `debian-stable-${RECIPE}.tar.gz`);
  const note = `${archive}.json`;
  return (await keptLayer(archive, note)) ?? makeLayer({ archive, note, signal });
}

async function keptLayer(archive: string, note: string): Promise<Layer | null> {
  const [text, file] = await Promise.all([readFile(note, 'utf8').catch(() => null), stat(archive).catch(() => null)]);
  if (text === null || file === null) return null;
  try {
    const known = noted.parse(JSON.parse(text));
    // A machine that lost its power may have kept the name and not the content.
    return known.size === file.size ? layerOf(archive, known) : null;
  } catch (error) {
    log.warn('mirror.debian_note_unreadable', { note, reason: String(error) });
    return null;
  }
}

type Making = { archive: string; note: string; signal: AbortSignal | undefined };

async function makeLayer({ archive, note, signal }: Making): Promise<Layer> {
  await mkdir(path.dirname(archive), { recursive: true });
  // Another process may be at it as well: whoever is last counts, and both are whole.
  const partial = `${archive}.${process.pid}`;
  try {
    const known = await bootstrap(partial, signal);
    await writeFile(`${partial}.json`, JSON.stringify(known));
    await rename(partial, archive);
    await rename(`${partial}.json`, note);
    return layerOf(archive, known);
  } finally {
    await rm(partial, { force: true });
    await rm(`${partial}.json`, { force: true });
  }
}

const layerOf = (archive: string, { diffId, digest, size }: z.infer<typeof noted>): Layer => ({
  diffId,
  blob: { digest, size, open: () => createReadStream(archive) },
});

async function bootstrap(to: string, signal?: AbortSignal): Promise<z.infer<typeof noted>> {
  const args = bootstrapArgs(await hostArchive());
  const child = spawn('mmdebstrap', args, { stdio: ['ignore', 'pipe', 'pipe'], ...(signal ? { signal } : {}) });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const plain = measured();
  const packed = measured();
  const [written, exit] = await Promise.allSettled([
    pipeline(child.stdout, plain.through, createGzip(), packed.through, createWriteStream(to)),
    ended,
  ]);
  if (exit.status === 'rejected') throw exit.reason;
  if (exit.value !== 0) throw new Error(`mmdebstrap ended with ${exit.value}: ${said.trim().slice(-500)}`);
  if (written.status === 'rejected') throw written.reason;
  return { diffId: plain.digest(), digest: packed.digest(), size: packed.size() };
}

/** Lets bytes pass, and knows their digest and number afterwards. */
function measured() {
  const hash = createHash('sha256');
  let size = 0;
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  return { through, digest: () => `sha256:${hash.digest('hex')}`, size: () => size };
}

/** What apt needs to know of a folder of packages. */
const INDEX = `for deb in *.deb; do
  dpkg-deb --field "$deb"
  printf 'Filename: ./%s\\nSize: %s\\nSHA256: %s\\n\\n' "$deb" "$(stat -c %s "$deb")" "$(sha256sum "$deb" | cut -d ' ' -f 1)"
done > Packages`;

const NOTE = '# A stand-in, made from the packages of Debian. It installs from the folder that it carries.';
const SOURCE = `deb [trusted=yes] file:${PACKAGES} ./`;

/** `$1` is the new system's root folder. */
const HOOKS = [
  `mkdir -p "$1${PACKAGES}" && APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get install -y --download-only ${CARRIED}`,
  `mv "$1"/var/cache/apt/archives/*.deb "$1${PACKAGES}/" && cd "$1${PACKAGES}" && ${INDEX}`,
  `rm -rf "$1"/etc/apt/sources.list.d/* && printf '%s\\n' '${NOTE}' '${SOURCE}' > "$1/etc/apt/sources.list"`,
  // What the maker's machine is called and where it asks for names is its own affair.
  'rm -rf "$1/etc/hostname" "$1/etc/resolv.conf" "$1"/var/log/*',
];

/** How the system is made from the packages of `archive`; without documents, translations and device files. */
export function bootstrapArgs(archive: string): string[] {
  return [
    '--variant=apt',
    '--aptopt=Acquire::Check-Valid-Until "false"',
    '--aptopt=APT::Install-Recommends "false"',
    '--aptopt=Acquire::Languages "none"',
    ...['doc', 'man', 'info', 'locale'].map((name) => `--dpkgopt=path-exclude=/usr/share/${name}/*`),
    ...HOOKS.map((hook) => `--customize-hook=${hook}`),
    '--skip=output/dev',
    'stable',
    '-',
    `deb ${archive} stable main`,
  ];
}
