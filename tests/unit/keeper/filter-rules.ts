import type { SandboxRules } from '#server/keeper/filter/sandbox-request.ts';
import { containerOptions } from '#server/sandboxes/drivers/docker/container-options.ts';

export const INSTALLATION = 'feedfacefeedface';
export const OWN = 'a'.repeat(64);
export const FOREIGN = 'b'.repeat(64);
export const CONTAINERS = {
  [OWN]: { 'chapterhouse.installation': INSTALLATION },
  [FOREIGN]: { 'chapterhouse.installation': 'somebody-else' },
};
const IMAGE = 'chapterhouse/lab-virtualization:0123456789ab';

export const RULES: SandboxRules = {
  installation: INSTALLATION,
  seccomp: '{"defaultAction":"SCMP_ACT_ERRNO"}',
  place: {
    networks: {
      none: { name: 'lab-none', gateway: '10.215.1.1' },
      mirror: { name: 'lab', gateway: '10.213.1.1' },
      internet: { name: 'lab-internet', gateway: '10.216.1.1' },
    },
    mirrorPort: 5000,
    resolvers: ['192.0.2.1'],
  },
  storage: 'btrfs',
  hasQuota: true,
  hasAppArmor: false,
  hasFuse: true,
  isOwnImage: (image) => image === IMAGE,
  bounds: { memoryBytes: 8 * 1024 ** 3, cpus: 2, pids: 4096, diskMiB: 100_000 },
};

const LIMITS = { memoryMiB: 1024, cpus: 1.5, pids: 512, diskMiB: 4096 };

/** What the driver sends for one sandbox, as it goes over the wire. */
export function driversRequest(network: 'none' | 'mirror' | 'internet' = 'mirror'): Record<string, unknown> {
  const spec = { sandboxId: 'sandbox-1', courseId: 'virtualization', limits: LIMITS, network };
  const { name: _name, ...body } = containerOptions({ ...RULES, image: IMAGE, spec, shellToken: 'a'.repeat(64) });
  return JSON.parse(JSON.stringify(body));
}

/** The same with one field set, by its path. */
export function withField(path: string, value: unknown): Record<string, unknown> {
  const body = driversRequest();
  const keys = path.split('/');
  const last = keys.pop() ?? '';
  const holder = keys.reduce<unknown>((at, key) => Reflect.get(Object(at), key), body);
  Reflect.set(Object(holder), last, value);
  return body;
}
