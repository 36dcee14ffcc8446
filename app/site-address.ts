import { headers } from 'next/headers';
import { browserOrigin } from '#server/accounts/browser-origin.ts';
import { runtime } from '#server/runtime.ts';

/** The address of every link we give: the one set, else the one this browser used. */
export async function siteAddress(): Promise<string> {
  const { url, trustProxy } = runtime().config;
  if (url) return url.replace(/\/+$/, '');
  return browserOrigin(await headers(), { trustProxy }) ?? 'http://localhost';
}

/** A code as it stands in a link: plain, nothing to escape. */
export const joinLink = (site: string, code: string): string => `${site}/join/${code.replace(/[^\w-]/g, '')}`;
