import { z } from 'zod';

/** What requests to the engine may say, field by field. Anything else is refused, not left out. */
export const none = z.strictObject({});
export const noBody = z.undefined();

const yes = z.literal('true');
const label = z.array(z.string().max(200)).max(4);

export const filtersQuery = z.strictObject({ filters: z.string().max(2000).optional() });
export const containerFilters = z.strictObject({ label: label.optional() });
export const eventFilters = z.strictObject({
  type: z.tuple([z.literal('container')]).optional(),
  event: z
    .array(z.enum(['create', 'start', 'die', 'oom', 'destroy']))
    .max(8)
    .optional(),
  label: label.optional(),
});

export const inspectQuery = z.union([none, z.strictObject({ size: yes })]);
export const statsQuery = z.strictObject({ stream: z.literal('false'), 'one-shot': yes });
export const removeQuery = z.strictObject({ force: yes, v: yes });
export const removeImageQuery = z.union([none, z.strictObject({ force: yes })]);

const LONGEST_ARGUMENT = 128 * 1024;
export const execBody = z.strictObject({
  Cmd: z.array(z.string().max(LONGEST_ARGUMENT)).min(1).max(256),
  User: z.enum(['student', 'root']),
  WorkingDir: z.enum(['/home/student', '/root']),
  Env: z.array(z.string().max(LONGEST_ARGUMENT)).max(256),
  AttachStdin: z.boolean(),
  AttachStdout: z.boolean(),
  AttachStderr: z.boolean(),
  Tty: z.literal(false),
});

/** The start of an exec, as the client library says it. */
export const execStartBody = z.strictObject({
  Detach: z.literal(false).optional(),
  Tty: z.literal(false).optional(),
  hijack: z.literal(true).optional(),
  stdin: z.boolean().optional(),
});

export const SNAPSHOT_ID = '[a-z0-9][a-z0-9-]{0,63}';
const containerId = z.string().regex(/^[0-9a-f]{64}$/);
const snapshotId = z.string().regex(new RegExp(`^${SNAPSHOT_ID}$`));
export const commitQuery = z.strictObject({
  container: containerId,
  repo: z.string().max(100),
  tag: snapshotId,
  /** The engine's own way to let a sandbox stand still can hang; ours is the keeper's. */
  pause: z.literal('false'),
});
export const commitBody = z
  .strictObject({ Labels: z.record(z.string().regex(/^chapterhouse\.[a-z]{1,30}$/), z.string().max(200)).optional() })
  .optional();

export const imageSize = z.object({ Id: z.string(), Parent: z.string(), Size: z.int() });
