import { z } from 'zod';
import { INSTALLATION_LABEL } from '#server/sandboxes/drivers/docker/container-options.ts';
import { engineInfo } from '#server/sandboxes/drivers/docker/docker-report.ts';
import type { EngineRequest } from './engine-request.ts';
import { forbidden, parseJson } from './refused.ts';
import {
  commitBody,
  commitQuery,
  containerFilters,
  eventFilters,
  execBody,
  filtersQuery,
  imageSize,
  inspectQuery,
  noBody,
  none,
  removeImageQuery,
  removeQuery,
  SNAPSHOT_ID,
  statsQuery,
} from './request-shapes.ts';
import { type SandboxRules, sandboxRequest } from './sandbox-request.ts';

/** What a route may ask of the filter. */
export type RouteContext = {
  installation: string;
  requireContainer(id: string): Promise<void>;
  requireExec(id: string): Promise<void>;
  sandboxRules(): Promise<SandboxRules>;
};

type Found<Query, Body> = { id: string; query: Query; body: Body };

type RouteSpec<Query, Body> = {
  method: EngineRequest['method'];
  /** Its one group is an id. */
  path: RegExp;
  query: z.ZodType<Query>;
  body: z.ZodType<Body>;
  ask(found: Found<Query, Body>, context: RouteContext): Promise<EngineRequest>;
  /** What of a JSON answer is passed on; left out: all of it, as it comes. */
  answer?: z.ZodType;
};

export type Route = {
  method: EngineRequest['method'];
  path: RegExp;
  answer: z.ZodType | null;
  ask(found: Found<unknown, unknown>, context: RouteContext): Promise<EngineRequest>;
};

function route<Query, Body>(spec: RouteSpec<Query, Body>): Route {
  return {
    method: spec.method,
    path: spec.path,
    answer: spec.answer ?? null,
    ask: async ({ id, query, body }, context) =>
      spec.ask({ id, query: checked(spec.query, query), body: checked(spec.body, body) }, context),
  };
}

export function checked<T>(shape: z.ZodType<T>, value: unknown): T {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw forbidden(where === '' ? (issue?.message ?? 'malformed') : `${where}: ${issue?.message}`);
}

const ID = '([0-9a-f]{64})';
const at = (pattern: string) => new RegExp(`^${pattern}$`);
const plain = (method: 'GET' | 'HEAD', path: string, answer?: z.ZodType) =>
  route({
    method,
    path: at(path),
    query: none,
    body: noBody,
    ...(answer && { answer }),
    ask: async () => ({ method, path }),
  });

const ownLabel = (context: RouteContext) => `${INSTALLATION_LABEL}=${context.installation}`;
/** Where this installation's snapshots lie among the engine's images. */
export const snapshotRepository = (installation: string) => `chapterhouse/snapshot-${installation}`;

const GENERAL: readonly Route[] = [
  plain('GET', '/_ping'),
  plain('HEAD', '/_ping'),
  plain('GET', '/version'),
  plain('GET', '/info', engineInfo),
  route({
    method: 'GET',
    path: at('/events'),
    query: filtersQuery,
    body: noBody,
    async ask({ query }, context) {
      const filters = checked(eventFilters, parseJson(query.filters ?? '{}'));
      const forced = { ...filters, type: ['container'], label: [ownLabel(context)] };
      return { method: 'GET', path: '/events', query: { filters: JSON.stringify(forced) } };
    },
  }),
];

const CONTAINERS: readonly Route[] = [
  route({
    method: 'GET',
    path: at('/containers/json'),
    query: filtersQuery.extend({ all: z.enum(['true', '1']).optional() }),
    body: noBody,
    async ask({ query }, context) {
      checked(containerFilters, parseJson(query.filters ?? '{}'));
      const filters = JSON.stringify({ label: [ownLabel(context)] });
      return { method: 'GET', path: '/containers/json', query: { ...(query.all && { all: 'true' }), filters } };
    },
  }),
  route({
    method: 'POST',
    path: at('/containers/create'),
    query: z.strictObject({ name: z.string() }),
    body: z.unknown(),
    ask: async ({ query: { name }, body }, context) => ({
      method: 'POST',
      path: '/containers/create',
      query: { name },
      body: sandboxRequest(name, body, await context.sandboxRules()),
    }),
  }),
  ownContainer({ method: 'GET', part: '/json', query: inspectQuery, body: noBody }),
  ownContainer({ method: 'GET', part: '/stats', query: statsQuery, body: noBody }),
  ownContainer({ method: 'POST', part: '/start', query: none, body: noBody }),
  ownContainer({ method: 'DELETE', part: '', query: removeQuery, body: noBody }),
  ownContainer({ method: 'POST', part: '/exec', query: none, body: execBody }),
];

type OwnSpec<Body> = {
  method: EngineRequest['method'];
  part: string;
  query: z.ZodType<Record<string, string>>;
  body: z.ZodType<Body>;
};

/** A request about one container, which must be this installation's. */
function ownContainer<Body>({ method, part, query, body }: OwnSpec<Body>): Route {
  return route({
    method,
    path: at(`/containers/${ID}${part}`),
    query,
    body,
    async ask(found, context) {
      await context.requireContainer(found.id);
      return { method, path: `/containers/${found.id}${part}`, query: found.query, body: found.body };
    },
  });
}

const EXECS: readonly Route[] = [
  route({
    method: 'GET',
    path: at(`/exec/${ID}/json`),
    query: none,
    body: noBody,
    async ask({ id }, context) {
      await context.requireExec(id);
      return { method: 'GET', path: `/exec/${id}/json` };
    },
  }),
];

const SNAPSHOTS: readonly Route[] = [
  route({
    method: 'POST',
    path: at('/commit'),
    query: commitQuery,
    body: commitBody,
    async ask({ query, body }, context) {
      await context.requireContainer(query.container);
      if (query.repo !== snapshotRepository(context.installation)) throw forbidden('repo is not for own snapshots');
      const Labels = { ...body?.Labels, [INSTALLATION_LABEL]: context.installation };
      return { method: 'POST', path: '/commit', query, body: { Labels } };
    },
  }),
  route({
    method: 'GET',
    path: at('/images/json'),
    query: filtersQuery,
    body: noBody,
    async ask(_found, context) {
      const filters = { reference: [snapshotRepository(context.installation)], label: [ownLabel(context)] };
      return { method: 'GET', path: '/images/json', query: { filters: JSON.stringify(filters) } };
    },
  }),
  ownSnapshot({ method: 'GET', part: '/json', query: none }),
  // How large the state is that a snapshot was made upon.
  route({
    method: 'GET',
    path: at('/images/(sha256:[0-9a-f]{64})/json'),
    query: none,
    body: noBody,
    answer: imageSize,
    ask: async ({ id }) => ({ method: 'GET', path: `/images/${id}/json` }),
  }),
  ownSnapshot({ method: 'DELETE', part: '', query: removeImageQuery }),
];

type SnapshotSpec = { method: 'GET' | 'DELETE'; part: string; query: z.ZodType<Record<string, string>> };

function ownSnapshot({ method, part, query }: SnapshotSpec): Route {
  return route({
    method,
    path: at(`/images/(chapterhouse/snapshot-[0-9a-z-]+:${SNAPSHOT_ID})${part}`),
    query,
    body: noBody,
    async ask({ id, query: asked }, context) {
      const [repository] = id.split(':');
      if (repository !== snapshotRepository(context.installation)) throw forbidden('no snapshot of this installation');
      return { method, path: `/images/${id}${part}`, query: asked };
    },
  });
}

/** All that the filter lets pass, but the hijacked start of an exec. */
export const ROUTES: readonly Route[] = [...GENERAL, ...CONTAINERS, ...EXECS, ...SNAPSHOTS];

export const EXEC_START = at(`/exec/${ID}/start`);
