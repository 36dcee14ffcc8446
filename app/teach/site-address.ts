import { headers } from 'next/headers';
import { runtime } from '#server/runtime.ts';

/** The address students type: the one set, else the one this browser used. */
export async function siteAddress(): Promise<string> {
  const { url } = runtime().config;
  if (url) return url.replace(/\/+$/, '');
  const head = await headers();
  const proto = head.get('x-forwarded-proto') === 'https' ? 'https' : 'http';
  return `${proto}://${head.get('host') ?? 'localhost'}`;
}

/** A code as it stands in a link: plain, nothing to escape. */
export const joinLink = (site: string, code: string): string => `${site}/join/${code.replace(/[^\w-]/g, '')}`;
