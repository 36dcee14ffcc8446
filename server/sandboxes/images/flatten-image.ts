import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type Docker from 'dockerode';

type ImageConfig = {
  Env?: string[] | null | undefined;
  Entrypoint?: string[] | string | null | undefined;
  Cmd?: string[] | null | undefined;
};

/**
 * The words that give a flat image the configuration of the one it came from. STOPSIGNAL is not among those that an
 * import takes: who creates the container says it.
 */
export function configChanges({ Env, Entrypoint, Cmd }: ImageConfig): string[] {
  return [
    ...(Env ?? []).map((entry) => `ENV ${entry.replace('=', '="')}"`),
    ...(Entrypoint ? [`ENTRYPOINT ${JSON.stringify(Entrypoint)}`] : []),
    ...(Cmd ? [`CMD ${JSON.stringify(Cmd)}`] : []),
  ];
}

export type FlattenRequest = { docker: Docker; socket: string; from: string; to: string; signal: AbortSignal };

/** One layer without what later steps removed: smaller, and no package mirror's name in its history. */
export async function flattenImage({ docker, socket, from, to, signal }: FlattenRequest): Promise<void> {
  const { Config } = await docker.getImage(from).inspect();
  const container = await docker.createContainer({ Image: from });
  try {
    const [repo = '', tag = ''] = to.split(':');
    const query = new URLSearchParams({ fromSrc: '-', repo, tag });
    for (const change of configChanges(Config)) query.append('changes', change);
    const call = request({ socketPath: socket, method: 'POST', path: `/images/create?${query}`, signal });
    const answered = new Promise<string>((resolve, reject) => {
      call.once('error', reject);
      call.once('response', (response) => text(response).then(resolve, reject));
    });
    const [sent, answer] = await Promise.allSettled([pipeline(await container.export(), call), answered]);
    // A refusal closes the connection early: its words say more than the broken pipe.
    const words = answer.status === 'fulfilled' ? answer.value : '';
    if (words.includes('"message"') || words.includes('"error"'))
      throw new Error(`import refused: ${words.slice(0, 300)}`);
    if (sent.status === 'rejected') throw sent.reason;
    if (answer.status === 'rejected') throw answer.reason;
  } finally {
    await container.remove({ force: true });
  }
}
