import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import {
  COURSE_LABEL,
  type ContainerPlan,
  containerOptions,
  SANDBOX_LABEL,
  tokenOf,
} from '#server/sandboxes/drivers/docker/container-options.ts';
import { forbidden } from './refused.ts';

/** The few things about a sandbox that whoever asks for one may choose. */
const chosen = z.object({
  Image: z.string().max(200),
  Env: z.array(z.string().max(500)).max(16),
  Labels: z.object({
    [SANDBOX_LABEL]: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/),
    [COURSE_LABEL]: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  }),
  HostConfig: z.object({
    NetworkMode: z.string(),
    Memory: z.int(),
    NanoCpus: z.int(),
    PidsLimit: z.int(),
    StorageOpt: z.object({ size: z.string().regex(/^\d{1,9}M$/) }).optional(),
  }),
});

const SHELL_TOKEN = /^[0-9a-f]{64}$/;
const MODES = ['none', 'mirror', 'internet'] as const;
const MIB = 1024 ** 2;

/** The most that one sandbox may be given. */
export type SandboxBounds = { memoryBytes: number; cpus: number; pids: number; diskMiB: number };

export type SandboxRules = Pick<
  ContainerPlan,
  'installation' | 'seccomp' | 'place' | 'storage' | 'hasQuota' | 'hasAppArmor' | 'hasFuse'
> & {
  isOwnImage(image: string): boolean;
  bounds: SandboxBounds;
};

/**
 * Makes the one container request that the driver's own builder makes of what may be chosen. What was asked must say
 * the same in every field; it is never passed on itself.
 */
export function sandboxRequest(name: string, asked: unknown, rules: SandboxRules): object {
  const parsed = chosen.safeParse(asked);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw forbidden(`${issue?.path.join('.') || 'the body'} is not as a sandbox has it`);
  }
  const { Image, Env, Labels, HostConfig } = parsed.data;
  const shellToken = tokenOf(Env);
  if (!SHELL_TOKEN.test(shellToken)) throw forbidden('Env holds no token for the sandbox’s shells');
  if (!rules.isOwnImage(Image)) throw forbidden('Image is no lab image and no snapshot of this installation');
  const network = MODES.find((mode) => rules.place.networks[mode].name === HostConfig.NetworkMode);
  if (network === undefined) throw forbidden('HostConfig.NetworkMode is no network for sandboxes');
  const built = containerOptions({
    ...rules,
    image: Image,
    shellToken,
    spec: {
      sandboxId: Labels[SANDBOX_LABEL],
      courseId: Labels[COURSE_LABEL],
      limits: limitsOf(HostConfig, rules),
      network,
    },
  });
  const { name: ownName, ...wanted }: Record<string, unknown> = JSON.parse(JSON.stringify(built));
  if (name !== ownName) throw forbidden('the name is not the one of the label');
  const other = firstDifference(asked, wanted);
  if (other !== null) throw forbidden(`${other} is not as a sandbox has it`);
  return wanted;
}

function limitsOf(host: z.infer<typeof chosen>['HostConfig'], { bounds }: SandboxRules) {
  const diskMiB = Number.parseInt(host.StorageOpt?.size ?? '1', 10);
  const within = (value: number, most: number) => value > 0 && value <= most;
  if (!within(host.Memory, bounds.memoryBytes)) throw forbidden('HostConfig.Memory is out of bounds');
  if (!within(host.NanoCpus, bounds.cpus * 1e9)) throw forbidden('HostConfig.NanoCpus is out of bounds');
  if (!within(host.PidsLimit, bounds.pids)) throw forbidden('HostConfig.PidsLimit is out of bounds');
  if (!within(diskMiB, bounds.diskMiB)) throw forbidden('HostConfig.StorageOpt.size is out of bounds');
  return { memoryMiB: host.Memory / MIB, cpus: host.NanoCpus / 1e9, pids: host.PidsLimit, diskMiB };
}

/** The place of the first value that is not the same, or null. */
function firstDifference(asked: unknown, wanted: unknown, place: string[] = []): string | null {
  if (isDeepStrictEqual(asked, wanted)) return null;
  if (!isPlain(asked) || !isPlain(wanted)) return place.join('.') || 'the body';
  for (const key of new Set([...Object.keys(asked), ...Object.keys(wanted)])) {
    const found = firstDifference(Reflect.get(asked, key), Reflect.get(wanted, key), [...place, key]);
    if (found !== null) return found;
  }
  return place.join('.') || 'the body';
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
