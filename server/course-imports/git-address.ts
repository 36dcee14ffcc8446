import { lookup } from 'node:dns/promises';
import { z } from 'zod';
import { ImportRefusal } from './import-limits.ts';
import { isPublicAddress } from './public-address.ts';

/** What the admin types: an address, and where in it. */
export const gitSource = z.strictObject({
  url: z.string().min(1).max(500),
  /** A branch or a tag; left out, what the repository shows by itself. */
  ref: z
    .string()
    .max(100)
    .regex(/^(?!.*(\.\.|\/\/|@\{|\.lock$))[A-Za-z0-9][A-Za-z0-9._/-]*$/)
    .optional(),
  /** The course's folder in it; left out, the top. */
  folder: z
    .string()
    .max(200)
    .regex(/^(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9._/-]*$/)
    .optional(),
});
export type GitSource = z.infer<typeof gitSource>;

export type GitPolicy = {
  /** `host` or `host:port`, which may be inside this network: the server's owner said so. */
  trustedHosts: readonly string[];
  /** A file with the authorities of those hosts; null takes the machine's. */
  caFile: string | null;
  /** So long one command of git may take. */
  timeoutMs?: number;
};

export type GitPlace = { url: string; family: string; host: string; port: number; addresses: string[] };

type Resolve = (host: string) => Promise<string[]>;
const resolveHost: Resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address);

/**
 * Looks at an address before git sees it: https, a public host, no password. The addresses that the name stood for at this
 * moment are what git is told to use, so that the name cannot stand for something else a moment later.
 */
export async function gitPlace(
  { url, folder }: GitSource,
  { trustedHosts }: GitPolicy,
  resolve: Resolve = resolveHost,
): Promise<GitPlace> {
  const refuse = (what: string) =>
    new ImportRefusal(url, what, 'an address such as https://git.example.org/team/course.git');
  const parsed = URL.parse(url);
  if (parsed?.protocol !== 'https:') throw refuse('is no address that begins with https://');
  if (parsed.username !== '' || parsed.password !== '') throw refuse('holds a name or a password');
  if (parsed.search !== '' || parsed.hash !== '') throw refuse('has something after the path');
  const isTrusted = trustedHosts.includes(parsed.host);
  if (parsed.port !== '' && !isTrusted) throw refuse('names a port');
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  const family =
    (folder ?? parsed.pathname)
      .replace(/\/+$/, '')
      .split('/')
      .at(-1)
      ?.replace(/\.git$/, '') ?? '';
  const addresses = await resolve(host).catch(() => []);
  if (addresses.length === 0) throw refuse('leads to a name that nobody knows');
  if (!isTrusted && !addresses.every(isPublicAddress)) throw refuse('leads into this network');
  return { url: parsed.href, family: family.toLowerCase(), host, port: Number(parsed.port || 443), addresses };
}
