import { z } from 'zod';
import { callSocket } from './socket-http.ts';

const info = z.object({ IndexServerAddress: z.url() });

/** The names of the registry that this engine means where an image names none; empty where it does not say. */
export async function defaultRegistries(engineSocket: string): Promise<string[]> {
  const answer = await callSocket({ socket: engineSocket, method: 'GET', path: '/info' }).catch(() => null);
  if (answer?.status !== 200) return [];
  const told = info.safeParse(JSON.parse(answer.body.toString('utf8')));
  if (!told.success) return [];
  const { hostname } = new URL(told.data.IndexServerAddress);
  return [hostname, hostname.replace(/^index\./, '')];
}
