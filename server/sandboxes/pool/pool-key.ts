import type { SandboxPolicy } from '#server/shared/sandbox-policy.ts';

export type MadeWith = {
  courseId: string;
  policy: Pick<SandboxPolicy, 'limits' | 'network'>;
  /** The lab image's name; null where sandboxes are made without one. */
  image: string | null;
};

/** Names what a warm sandbox was made with: it is given only to a seat that asks for exactly the same. */
export function poolKey({ courseId, policy: { limits, network }, image }: MadeWith): string {
  const { memoryMiB, cpus, pids, diskMiB } = limits;
  return JSON.stringify({ courseId, image, network, memoryMiB, cpus, pids, diskMiB });
}

const PREPARED = ' prepared';

/** The kind of those that are made with exactly this and not booted. */
export const preparedKey = (key: string): string => key + PREPARED;
export const isPreparedKey = (key: string): boolean => key.endsWith(PREPARED);
