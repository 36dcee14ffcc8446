import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type PullRequest, readPullRequest, type SourceName, sourcesFor } from './front-rules.ts';

export type FrontOptions = {
  /** Unix sockets of the registries behind; null where there is none of this kind. */
  sockets: Record<SourceName, string | null>;
  /** `repository:tag` of the images that only imitate a public one. */
  standIns(): Promise<ReadonlySet<string>>;
  /** Does the registry in the world answer at all? The one that fetches from it says `missing` either way. */
  upstreamAnswers(): Promise<boolean>;
  /** False: nothing new is fetched, as the disk or the share set aside for it is full. */
  hasRoom(): boolean;
};

/** Connections of one sandbox: Docker opens three at a time, several pulls at once a few more. */
const CONNECTIONS_PER_ADDRESS = 32;
const HEADERS_TIMEOUT_MS = 10_000;
/** Until the first word of an answer; then a body may take as long as it flows. */
const LOCAL_TIMEOUT_MS = 15_000;
const UPSTREAM_TIMEOUT_MS = 60_000;
const STALLED_MS = 120_000;
/** A registry in the world that failed is left alone so long, so that not each of thirty students waits for it. */
const REST_MS = 10_000;
const PASSED_TO = ['accept', 'range', 'if-none-match'] as const;
const PASSED_BACK = [
  ...['content-type', 'content-length', 'content-range', 'accept-ranges', 'etag', 'link'],
  'docker-content-digest',
] as const;

type Refusal = { status: number; code: string };
const REFUSALS = {
  push: { status: 405, code: 'UNSUPPORTED' },
  address: { status: 404, code: 'NOT_FOUND' },
  missing: { status: 404, code: 'MANIFEST_UNKNOWN' },
  failed: { status: 503, code: 'UNAVAILABLE' },
} as const satisfies Record<string, Refusal>;

/**
 * What sandboxes talk to: reads only, however it is asked. A method that writes finds nobody here, and what does write
 * listens on a socket that no sandbox can see.
 */
export function createFront(options: FrontOptions): Server {
  const state: FrontState = { options, restUntil: 0 };
  const server = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: STALLED_MS }, (asked, answer) => {
    serve(state, asked, answer).catch(() => answer.destroy());
  });
  limitConnections(server);
  return server;
}

type FrontState = { options: FrontOptions; restUntil: number };

function limitConnections(server: Server): void {
  const open = new Map<string, number>();
  server.on('connection', (socket) => {
    const from = socket.remoteAddress ?? '';
    const count = (open.get(from) ?? 0) + 1;
    open.set(from, count);
    socket.once('close', () => {
      const left = (open.get(from) ?? 1) - 1;
      if (left === 0) open.delete(from);
      else open.set(from, left);
    });
    if (count > CONNECTIONS_PER_ADDRESS) socket.destroy();
  });
}

async function serve(state: FrontState, asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  if (asked.method !== 'GET' && asked.method !== 'HEAD')
    return refuse(answer, REFUSALS.push, 'this mirror takes no pushes: ask your admin to upload the image');
  const wanted = readPullRequest(asked.url ?? '');
  if (wanted === null) return refuse(answer, REFUSALS.address, 'the mirror has nothing at this address');
  if (wanted.kind === 'hello') return hello(answer);
  const tried = await trySources(state, wanted, { asked, answer });
  if (tried.found) return;
  const what = 'reference' in wanted ? `${wanted.repository} ${wanted.reference}` : 'such list';
  if (tried.failed === null) return refuse(answer, REFUSALS.missing, `the mirror has no ${what}`);
  refuse(answer, REFUSALS.failed, `the mirror has no ${what}, and could not fetch it: ${tried.failed}`);
}

type Exchange = { asked: IncomingMessage; answer: ServerResponse };
type Tried = { found: true } | { found: false; failed: string | null };

async function trySources(
  state: FrontState,
  wanted: Exclude<PullRequest, { kind: 'hello' }>,
  exchange: Exchange,
): Promise<Tried> {
  const { sockets, standIns, hasRoom, upstreamAnswers } = state.options;
  let failed: string | null = null;
  for (const name of sourcesFor(wanted, await standIns())) {
    const socketPath = sockets[name];
    if (socketPath === null) continue;
    const isUpstream = name === 'upstream';
    if (isUpstream && !hasRoom()) failed = 'its disk is full';
    else if (isUpstream && Date.now() < state.restUntil) failed = 'the registry it asks does not answer';
    else {
      const timeout = isUpstream ? UPSTREAM_TIMEOUT_MS : LOCAL_TIMEOUT_MS;
      const outcome = await ask({ socketPath, path: wanted.path, timeout }, exchange);
      if (outcome === 'found') return { found: true };
      if (isUpstream && (outcome === 'failed' || !(await upstreamAnswers()))) {
        state.restUntil = Date.now() + REST_MS;
        failed = 'the registry it asks does not answer';
      }
    }
  }
  return { found: false, failed };
}

/** Passes the question on; what is found is passed back as it comes, anything else is told in a word. */
function ask(
  target: { socketPath: string; path: string; timeout: number },
  { asked, answer }: Exchange,
): Promise<'found' | 'missing' | 'failed'> {
  return new Promise((resolve) => {
    const headers = Object.fromEntries(
      PASSED_TO.flatMap((name) => (asked.headers[name] ? [[name, asked.headers[name]]] : [])),
    );
    const passedOn = request({ ...target, method: asked.method, headers, agent: false });
    const gone = () => passedOn.destroy();
    answer.once('close', gone);
    passedOn.once('timeout', gone);
    passedOn.once('error', () => resolve('failed'));
    passedOn.once('response', (response) => {
      const status = response.statusCode ?? 0;
      if (status >= 400) {
        response.resume();
        answer.off('close', gone);
        return resolve(status === 404 || status === 400 ? 'missing' : 'failed');
      }
      passedOn.setTimeout(STALLED_MS);
      for (const name of PASSED_BACK) {
        const value = response.headers[name];
        if (value !== undefined) answer.setHeader(name, value);
      }
      answer.writeHead(status, { 'docker-distribution-api-version': 'registry/2.0' });
      // One that goes away half way has had its answer.
      pipeline(response, answer).then(
        () => resolve('found'),
        () => resolve('found'),
      );
    });
    passedOn.end();
  });
}

function hello(answer: ServerResponse): void {
  const headers = { 'content-type': 'application/json', 'docker-distribution-api-version': 'registry/2.0' };
  answer.writeHead(200, headers).end('{}');
}

/** In the form in which registries refuse, so that Docker shows the words. */
function refuse(answer: ServerResponse, { status, code }: Refusal, message: string): void {
  const headers = { 'content-type': 'application/json', connection: 'close' };
  answer.writeHead(status, headers).end(JSON.stringify({ errors: [{ code, message }] }));
}
