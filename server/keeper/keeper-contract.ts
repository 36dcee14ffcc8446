import { z } from 'zod';
import { type ErrorCode, isErrorCode } from '#server/shared/error-codes.ts';

/**
 * Everything that the web process may ask of the keeper, which is root. Both sides check against it. No path, no
 * command and no text of anybody's own goes to the keeper: a container's id, a course that the keeper itself found.
 */

export const KEEPER_SOCKET = 'keeper.sock';
export const DOCKER_SOCKET = 'docker.sock';

/** Bytes of a request's body. */
export const LARGEST_REQUEST = 4096;

const nothing = z.strictObject({});
export const containerId = z.string().regex(/^[0-9a-f]{64}$/);
const courseId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);
const count = z.number().int().nonnegative();
const time = z.iso.datetime();

const engineState = z.discriminatedUnion('phase', [
  z.strictObject({ phase: z.literal('stopped') }),
  z.strictObject({ phase: z.literal('starting') }),
  z.strictObject({ phase: z.literal('running'), pid: count, adopted: z.boolean(), since: time }),
  z.strictObject({ phase: z.literal('restarting'), attempt: count, reason: z.string() }),
  z.strictObject({ phase: z.literal('stopping') }),
]);

const engineStatus = z.strictObject({
  state: engineState,
  storage: z.strictObject({ driver: z.enum(['btrfs', 'overlay2']), quota: z.boolean() }).nullable(),
  gaps: z.array(z.string()).readonly(),
  repairs: z.array(z.strictObject({ at: z.string(), what: z.string() })).readonly(),
  tightLimits: z.array(z.string()),
});
export type WireEngineStatus = z.infer<typeof engineStatus>;

/** What the driver is told of the place that sandboxes are made in. */
const network = z.strictObject({ name: z.string(), gateway: z.string() });
const place = z.strictObject({
  networks: z.strictObject({ none: network, mirror: network, internet: network }),
  mirrorPort: count.nullable(),
  resolvers: z.array(z.string()).readonly(),
});

const keeperStatus = z.strictObject({
  /** Why this machine has no engine; null where it has one. */
  unavailable: z.string().nullable(),
  /** The label of this installation's sandboxes: two on one engine never touch each other's. */
  installation: z.string(),
  engine: engineStatus,
  mirrorRunning: z.boolean(),
});
export type KeeperStatus = z.infer<typeof keeperStatus>;

const imageWithoutLog = z.strictObject({
  courseId,
  tag: z.string().nullable(),
  phase: z.enum(['unknown', 'waiting', 'loading', 'building', 'ready', 'failed']),
  percent: z.number().nullable(),
  startedAt: time.nullable(),
  finishedAt: time.nullable(),
  sizeBytes: count.nullable(),
  error: z.string().nullable(),
});
const image = imageWithoutLog.extend({ log: z.array(z.string()) });
export type WireImage = z.infer<typeof image>;

const imageName = z.strictObject({
  repository: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._/-]{0,199}$/)
    .refine((name) => !name.includes('..')),
  tag: z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/),
});

const mirrorView = z.strictObject({
  running: z.boolean(),
  host: z.string(),
  upstream: z.string().nullable(),
  images: z.array(
    z.strictObject({
      repository: z.string(),
      tag: z.string(),
      digest: z.string(),
      sizeBytes: count,
      platforms: z.array(z.string()),
      standIn: z.boolean(),
      source: z.enum(['stand-in', 'uploaded', 'pulled']),
    }),
  ),
  totalBytes: count,
});

const finding = z.strictObject({
  code: z.string(),
  level: z.enum(['ok', 'note', 'warn', 'bad']),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
  remedy: z.string().nullable(),
});

/** Each is `POST /v1/<name>` with the request as its body. */
export const METHODS = {
  status: { request: nothing, answer: keeperStatus },
  place: { request: nothing, answer: place },
  bind_network: { request: z.strictObject({ containerId }), answer: nothing },
  hand_over_cgroup: { request: z.strictObject({ containerId }), answer: nothing },
  free_bytes: { request: nothing, answer: z.strictObject({ bytes: count }) },
  disk_usage: { request: nothing, answer: z.record(containerId, count) },
  images: { request: nothing, answer: z.array(image) },
  rebuild_image: { request: z.strictObject({ courseId }), answer: nothing },
  mirror: { request: nothing, answer: mirrorView },
  seed_mirror: { request: nothing, answer: z.array(z.string()) },
  remove_mirror_image: { request: imageName, answer: nothing },
  doctor: { request: nothing, answer: z.array(finding) },
} as const;

export type Method = keyof typeof METHODS;
export type RequestOf<M extends Method> = z.infer<(typeof METHODS)[M]['request']>;
export type AnswerOf<M extends Method> = z.infer<(typeof METHODS)[M]['answer']>;
export const isMethod = (name: string): name is Method => Object.hasOwn(METHODS, name);

/** `POST /v1/hold_still/<container>`: for as long as its body is open; see still-requests.ts. */
export const STILL_PATH = '/v1/hold_still';

/** `POST /v1/mirror_archive`: its body is the archive itself, and nothing of it is believed. */
export const ARCHIVE_PATH = '/v1/mirror_archive';
/** The names of its images. */
export const archiveAnswer = z.array(z.string());

/** `GET /v1/events`: one of these a line; the first tells all there is. */
export const EVENTS_PATH = '/v1/events';
export const keeperEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('all'), status: keeperStatus, images: z.array(image) }),
  z.strictObject({ type: z.literal('engine'), engine: engineStatus }),
  z.strictObject({ type: z.literal('image'), image: imageWithoutLog, lines: z.array(z.string()) }),
  z.strictObject({ type: z.literal('mirror'), running: z.boolean() }),
]);
export type KeeperEvent = z.infer<typeof keeperEvent>;

/** What a refusal carries; the words are for the log. */
export const refusal = z.strictObject({
  code: z.custom<ErrorCode>((code) => typeof code === 'string' && isErrorCode(code)),
  message: z.string(),
});
