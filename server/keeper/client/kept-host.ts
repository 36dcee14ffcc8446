import { AppError } from '#server/errors.ts';
import type { DockerPlace } from '#server/sandboxes/drivers/docker/docker-place.ts';
import type { Engine, EngineState, EngineStatus } from '#server/sandboxes/engine/engine.ts';
import type { ImageChange, LabImages } from '#server/sandboxes/images/lab-images.ts';
import type { Mirror } from '#server/sandboxes/registry/mirror.ts';
import type { ImageView } from '#server/shared/views.ts';
import type { WireEngineStatus } from '../keeper-contract.ts';
import type { KeeperClient } from './keeper-client.ts';

/** What the web process needs of the engine. */
export type KeptEngine = Pick<
  Engine,
  'status' | 'onStateChange' | 'bindNetwork' | 'handOverCgroup' | 'holdStill' | 'diskUsage' | 'freeBytes'
>;
/** What it needs of the lab images; the keeper makes them by itself. */
export type KeptImages = Pick<LabImages, 'views' | 'status' | 'tag' | 'onChange' | 'rebuild'>;
/** What it asks of the mirror. Its files, and the archives that fill it, are the keeper's. */
export type KeptMirror = Pick<Mirror, 'view' | 'seed' | 'remove' | 'load'>;

/** The engine as the keeper tells of it; while the keeper is away there is none. */
export function keptEngine(client: KeeperClient): KeptEngine {
  const status = (): EngineStatus => {
    const told = client.told?.status.engine;
    const last = told ? engineStatus(told) : { state: AWAY, storage: null, gaps: [], repairs: [], tightLimits: [] };
    return client.isAway ? { ...last, state: AWAY } : last;
  };
  return {
    status,
    onStateChange: (listener) =>
      client.onEvent(({ type }) => {
        if (type === 'all' || type === 'engine' || type === 'away') listener(status().state);
      }),
    async bindNetwork(containerId) {
      await client.call('bind_network', { containerId });
    },
    async handOverCgroup(containerId) {
      await client.call('hand_over_cgroup', { containerId });
    },
    holdStill: (containerId) => client.holdStill(containerId),
    async freeBytes() {
      return (await client.call('free_bytes', {})).bytes;
    },
    async diskUsage() {
      return new Map(Object.entries(await client.call('disk_usage', {})));
    },
  };
}

const AWAY: EngineState = { phase: 'restarting', attempt: 0, reason: 'the keeper is away' };

function engineStatus({ state, ...rest }: WireEngineStatus): EngineStatus {
  return { ...rest, state: state.phase === 'running' ? { ...state, since: new Date(state.since) } : state };
}

/** The lab images as last told, which stay usable while the keeper is away. */
export function keptImages(client: KeeperClient): KeptImages {
  const view = (courseId: string): ImageView | undefined => client.told?.images.get(courseId);
  const views = () => [...(client.told?.images.values() ?? [])];
  return {
    views,
    status: (courseId) => view(courseId) ?? { phase: 'unknown', percent: null },
    tag: (courseId) => view(courseId)?.tag ?? null,
    onChange: (listener: (change: ImageChange) => void) =>
      client.onEvent((event) => {
        if (event.type === 'image') listener({ courseId: event.image.courseId, lines: event.lines });
        if (event.type === 'all') for (const { courseId } of views()) listener({ courseId, lines: [] });
      }),
    rebuild(courseId) {
      client.call('rebuild_image', { courseId }).catch(() => undefined);
    },
  };
}

export const keptMirror = (client: KeeperClient): KeptMirror => ({
  view: () => client.call('mirror', {}),
  seed: () => client.call('seed_mirror', {}),
  async remove({ repository, tag }) {
    await client.call('remove_mirror_image', { repository, tag });
  },
  load: (archive, signal) => client.sendArchive(archive, signal),
});

/** Where sandboxes are made; throws while there is no engine to make them. */
export async function keptPlace(client: KeeperClient): Promise<DockerPlace> {
  const { phase } = keptEngine(client).status().state;
  if (phase !== 'running') throw new AppError('engine_down', `the engine is ${phase}`);
  return { socketPath: client.dockerSocket, ...(await client.call('place', {})) };
}
