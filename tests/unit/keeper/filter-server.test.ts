import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type RecordingEngine, recordingEngine } from '../../support/recording-engine.ts';
import { CONTAINERS, driversRequest, FOREIGN, INSTALLATION, OWN, RULES } from './filter-rules.ts';

let engine: RecordingEngine;
beforeAll(async () => {
  engine = await recordingEngine({ installation: INSTALLATION, rules: RULES, containers: CONTAINERS });
});
beforeEach(() => {
  engine.heard.length = 0;
});
afterAll(() => engine.close());

const reached = () => engine.heard.map(({ method, url }) => `${method} ${url}`);
const EXEC = { Cmd: ['id'], User: 'root', WorkingDir: '/root', Env: [], Tty: false };
const ATTACHED = { AttachStdin: false, AttachStdout: true, AttachStderr: true };
const SNAPSHOT = `chapterhouse/snapshot-${INSTALLATION}`;

const FOREIGN_TO_US: [string, string, unknown?][] = [
  ['POST', '/build'],
  ['POST', '/images/create?fromImage=alpine'],
  ['POST', '/images/load'],
  ['GET', '/images/alpine/get'],
  ['POST', '/images/alpine/push'],
  ['POST', '/images/prune'],
  ['DELETE', '/images/chapterhouse/lab-virtualization:0123456789ab?force=true'],
  ['GET', '/images/chapterhouse/lab-virtualization:0123456789ab/json'],
  ['DELETE', '/images/chapterhouse/snapshot-somebodyelse:x'],
  ['GET', '/volumes'],
  ['POST', '/volumes/create', { Name: 'x' }],
  ['GET', '/networks'],
  ['POST', '/networks/create', { Name: 'x' }],
  ['POST', `/networks/lab/connect`, { Container: OWN }],
  ['POST', '/swarm/init', {}],
  ['GET', '/plugins'],
  ['POST', '/plugins/pull?remote=x'],
  ['GET', '/secrets'],
  ['POST', '/auth', {}],
  ['POST', '/session'],
  ['POST', '/grpc'],
  ['GET', '/system/df'],
  ['GET', '/distribution/alpine/json'],
  ['GET', `/containers/${OWN}/archive?path=/etc/shadow`],
  ['PUT', `/containers/${OWN}/archive?path=/`],
  ['GET', `/containers/${OWN}/export`],
  ['GET', `/containers/${OWN}/logs?stdout=1`],
  ['GET', `/containers/${OWN}/top`],
  ['POST', `/containers/${OWN}/update`, { Memory: 0 }],
  ['POST', `/containers/${OWN}/rename?name=x`],
  ['POST', `/containers/${OWN}/attach?stream=1`],
  ['POST', `/containers/${OWN}/restart`],
  ['POST', `/containers/${OWN}/start`, { HostConfig: { Privileged: true } }],
  ['POST', `/containers/${OWN}/start?checkpoint=x`],
  ['GET', `/containers/${OWN}/stats?stream=true`],
  ['DELETE', `/containers/${OWN}?force=true&v=true&link=true`],
  ['POST', `/containers/create`, driversRequest()],
  ['POST', `/containers/create?name=sandbox-1&platform=x`, driversRequest()],
  ['POST', `/containers/create?name=sandbox-1`, { ...driversRequest(), Cmd: ['sh'] }],
  ['POST', `/containers/${OWN}/exec`, { ...EXEC, ...ATTACHED, Privileged: true }],
  ['POST', `/containers/${OWN}/exec`, { ...EXEC, ...ATTACHED, User: '0:0' }],
  ['POST', `/containers/${OWN}/exec`, { ...EXEC, ...ATTACHED, WorkingDir: '/proc/1/root' }],
  ['POST', `/exec/${OWN}/start`, { Detach: false }],
  ['POST', `/exec/${OWN}/resize?h=0&w=80`],
  ['POST', `/commit?container=${OWN}&repo=chapterhouse/lab-virtualization&tag=x&pause=false`],
  ['POST', `/commit?container=${OWN}&repo=${SNAPSHOT}&tag=x&pause=false&changes=USER+root`],
  ['POST', `/commit?container=${OWN}&repo=${SNAPSHOT}&tag=x&pause=false`, { Entrypoint: ['sh'] }],
  ['POST', `/commit?container=${OWN}&repo=${SNAPSHOT}&tag=x&pause=true`],
  ['POST', `/containers/${OWN}/pause`],
  ['GET', '/containers/json?filters={"name":["x"]}'],
  ['GET', '/events?filters={"type":["image"]}'],
  ['GET', '/events?since=0'],
  ['GET', '/containers/json?limit=1'],
];

test.each(FOREIGN_TO_US)('%s %s is refused and never reaches the engine', async (method, target, body) => {
  const answer = await engine.ask(method, target, body);
  expect(answer).toMatchObject({ status: 403, text: expect.stringContaining('refused by the keeper') });
  expect(reached().filter((line) => line !== `GET /containers/${OWN}/json`)).toEqual([]);
});

const TRICKS = [
  `/containers/${OWN}/../${FOREIGN}/json`,
  `/containers/${OWN}/%2e%2e/${FOREIGN}/json`,
  `/containers/${OWN}%2Fjson`,
  `/containers%2F${OWN}/json`,
  `//containers/${OWN}/json`,
  `/containers/${OWN}/json/`,
  `/containers/./${OWN}/json`,
  `/v1.41/v1.41/containers/${OWN}/json`,
  `/v2.0/containers/${OWN}/json`,
  `/containers/${OWN}/json#x`,
  `/containers/${OWN}/json;x`,
  `/containers/${OWN.toUpperCase()}/json`,
  `/containers/sandbox-1/json`,
  `/containers/${OWN.slice(0, 12)}/json`,
  `http://docker/containers/${OWN}/json`,
  `/containers/${OWN}/json?size=1`,
  `/containers/${OWN}/stats?stream=false&stream=true&one-shot=true`,
  '/containers/json?all=true&all=true',
  `/${'x'.repeat(5000)}`,
  '*',
];

test.each(TRICKS)('a target with a trick in it is refused: %s', async (target) => {
  expect(await engine.ask('GET', target)).toMatchObject({ status: 403 });
  expect(engine.heard).toEqual([]);
});

test('a container of another installation is told like one that never was, whatever is asked of it', async () => {
  const asked: [string, string, unknown?][] = [
    ['GET', `/containers/${FOREIGN}/json`],
    ['POST', `/containers/${FOREIGN}/start`],
    ['DELETE', `/containers/${FOREIGN}?force=true&v=true`],
    ['POST', `/containers/${FOREIGN}/exec`, { ...EXEC, ...ATTACHED }],
    ['POST', `/commit?container=${FOREIGN}&repo=${SNAPSHOT}&tag=x&pause=false`],
    ['GET', `/containers/${'c'.repeat(64)}/json`],
  ];
  for (const [method, target, body] of asked)
    expect(await engine.ask(method, target, body)).toMatchObject({ status: 404 });
  expect(new Set(reached())).toEqual(
    new Set([`GET /containers/${FOREIGN}/json`, `GET /containers/${'c'.repeat(64)}/json`]),
  );
});

test('lists and events are this installation’s alone, whatever filter is asked for', async () => {
  const other = encodeURIComponent('{"label":["chapterhouse.installation=somebody-else"]}');
  await engine.ask('GET', `/v1.41/containers/json?all=true&filters=${other}`);
  await engine.ask('GET', `/events?filters=${other}`);
  await engine.ask('GET', `/images/json`);
  expect(engine.heard).toHaveLength(3);
  for (const { url } of engine.heard) {
    expect(decodeURIComponent(url)).toContain(`chapterhouse.installation=${INSTALLATION}`);
    expect(decodeURIComponent(url)).not.toContain('somebody-else');
  }
});

test('what is asked twice in one body counts as the filter read it, and headers of the asker go nowhere', async () => {
  const body = JSON.stringify({ ...EXEC, ...ATTACHED }).replace('{', '{"User":"0:0",');
  const head = `POST /containers/${OWN}/exec HTTP/1.1\r\nhost: docker\r\nconnection: close\r\n`;
  const extra = 'x-registry-auth: e30=\r\ncookie: a=b\r\ntransfer-encoding: chunked\r\n';
  const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\nx-trailer: 1\r\n\r\n`;
  expect(await engine.raw(`${head}${extra}\r\n${chunked}`)).toContain('200 OK');
  const sent = engine.heard.at(-1);
  expect(sent?.body.match(/"User"/g)).toHaveLength(1);
  expect(JSON.parse(sent?.body ?? '')).toEqual({ ...EXEC, ...ATTACHED });
  expect(sent?.headers.join('\n').toLowerCase()).not.toMatch(/registry|cookie|chunked|trailer/);
});

const SMUGGLED = [
  'content-length: 5\r\ntransfer-encoding: chunked',
  'content-length: 5\r\ncontent-length: 6',
  'content-length: +5',
  'transfer-encoding: chunked\r\ntransfer-encoding: identity',
  'transfer-encoding: xchunked',
];

test.each(SMUGGLED)('a request of two lengths is cut off: %j', async (headers) => {
  const second = `DELETE /containers/${OWN}?force=true&v=true HTTP/1.1\r\nhost: docker\r\n\r\n`;
  const answer = await engine.raw(
    `POST /containers/${OWN}/start HTTP/1.1\r\nhost: docker\r\n${headers}\r\n\r\n0\r\n\r\n${second}`,
  );
  expect(answer).toMatch(/^HTTP\/1\.1 400/);
  expect(engine.heard).toEqual([]);
});

test('a body or headers past their bound are cut off', async () => {
  const huge = await engine.ask('POST', `/containers/${OWN}/exec`, {
    ...EXEC,
    ...ATTACHED,
    Env: ['x'.repeat(3 * 1024 ** 2)],
  });
  expect(huge.status === 413 || Number.isNaN(huge.status)).toBe(true);
  expect(await engine.raw(`GET /_ping HTTP/1.1\r\nhost: docker\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`)).toContain('431');
  expect(engine.heard).toEqual([]);
});

const UPGRADES: [string, string][] = [
  ['/session', 'h2c'],
  ['/containers/json', 'tcp'],
  [`/containers/${OWN}/attach?stream=1`, 'tcp'],
  [`/exec/${OWN}/start`, 'h2c'],
  [`/exec/${OWN}/start?x=1`, 'tcp'],
];

test.each(UPGRADES)('an upgrade of %s to %s is refused', async (target, protocol) => {
  const body = '{"Detach":false,"Tty":true}';
  const head = `POST ${target} HTTP/1.1\r\nhost: docker\r\nconnection: Upgrade\r\nupgrade: ${protocol}\r\n`;
  const answer = await engine.raw(`${head}content-length: ${body.length}\r\n\r\n${body}`);
  expect(answer).toMatch(/^HTTP\/1\.1 403/);
  expect(engine.heard).toEqual([]);
});
