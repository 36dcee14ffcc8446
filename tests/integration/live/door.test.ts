import { expect, test } from 'vitest';
import { AppError } from '#server/errors.ts';
import { type LiveEvent, MAX_FRAME_BYTES } from '#server/shared/protocol.ts';
import { Dashboard, startLiveServer } from '../../support/live-server.ts';
import { NO_HELP } from '../../support/no-help.ts';

const step = (stepKey: string, tries: number, message = ''): LiveEvent => ({
  type: 'step',
  step: {
    stepKey,
    tries,
    passedAt: null,
    outcome: 'failed',
    message,
    seen: null,
    wanted: null,
    checkedAt: null,
    ...NO_HELP,
  },
});
const watchAda = { type: 'watch_enrollment', enrollmentId: 'ada' } as const;
const tries = (events: LiveEvent[]) => events.flatMap((event) => (event.type === 'step' ? [event.step.tries] : []));

test('the snapshot comes first, and what happened while it was taken comes after it', async () => {
  const { promise: slow, resolve: finish } = Promise.withResolvers<void>();
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  await using server = await startLiveServer({
    mayWatch: async () => ({ topics: ['enrollment:ada'], presence: 'ada' }),
    initial: async () => {
      ask();
      await slow;
      return [step('a/1', 0), step('a/2', 0)];
    },
  });
  const page = await Dashboard.open(server);
  page.send(watchAda);
  await asked;
  server.hub.publish('enrollment:ada', step('a/3', 1));
  finish();
  await page.until((events) => events.length >= 3);
  server.hub.publish('enrollment:ada', step('a/3', 2));
  await page.until((events) => events.length >= 4);
  expect(tries(page.events)).toEqual([0, 0, 1, 2]);
});

test('each watch is authorised for itself: a refused one is told and the others go on', async () => {
  await using server = await startLiveServer({
    mayWatch: async (actor, request) => {
      if (request.type !== 'watch_enrollment' || request.enrollmentId !== actor) {
        throw new AppError('not_allowed', 'not theirs');
      }
      return { topics: [`enrollment:${request.enrollmentId}`], presence: request.enrollmentId };
    },
  });
  const page = await Dashboard.open(server, 'ada');
  page.send({ type: 'watch_enrollment', enrollmentId: 'bob' });
  page.send({ type: 'watch_classroom', classroomId: 'c' });
  page.send(watchAda);
  await page.until((events) => events.length === 2);
  expect(page.events).toEqual([
    { type: 'error', code: 'not_allowed' },
    { type: 'error', code: 'not_allowed' },
  ]);
  const online = new Promise<boolean>((resolve) => {
    if (server.hub.isOnline('ada')) resolve(true);
    server.hub.onPresence((_, is) => resolve(is));
  });
  expect(await online).toBe(true);
  server.hub.publish('enrollment:bob', step('a/1', 7));
  server.hub.publish('enrollment:ada', step('a/1', 1));
  await page.until((events) => tries(events).length > 0);
  expect(tries(page.events)).toEqual([1]);
});

test('a socket that goes takes its presence and its subscriptions with it', async () => {
  await using server = await startLiveServer({
    mayWatch: async () => ({ topics: ['enrollment:ada'], presence: 'ada' }),
    initial: async () => [step('a/1', 0)],
  });
  const page = await Dashboard.open(server);
  page.send(watchAda);
  await page.until((events) => events.length === 1);
  const presence: boolean[] = [];
  server.hub.onPresence((_, online) => presence.push(online));
  page.send(watchAda);
  await page.until((events) => events.length === 2);
  expect(server.hub.isOnline('ada')).toBe(true);
  expect(presence).toEqual([]);
  const offline = new Promise<string>((resolve) => server.hub.onPresence((id, online) => !online && resolve(id)));
  page.socket.terminate();
  expect(await offline).toBe('ada');
});

test('a slow dashboard gets the newest state of each student in bounded memory', async () => {
  await using server = await startLiveServer({
    mayWatch: async () => ({ topics: ['classroom:c'], presence: null }),
    initial: async () => [step('ready', 0)],
  });
  const page = await Dashboard.open(server, 'teacher');
  page.send({ type: 'watch_classroom', classroomId: 'c' });
  await page.until((events) => events.length === 1);
  page.socket.pause();
  const rounds = 3000;
  for (let round = 1; round <= rounds; round += 1) {
    for (let student = 0; student < 5; student += 1) {
      server.hub.publish('classroom:c', step(`a/${student}`, round, 'x'.repeat(20_000)));
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  page.socket.resume();
  await page.until((events) => tries(events).filter((n) => n === rounds).length === 5);
  expect(page.events.length).toBeLessThan(rounds / 2);
});

test('an open page tells where it is', async () => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  await using server = await startLiveServer({
    onAtStep: async (actor, { enrollmentId, stepKey }) => resolve({ actor, enrollmentId, stepKey }),
  });
  const page = await Dashboard.open(server);
  page.send({ type: 'at_step', enrollmentId: 'ada', stepKey: 'a/1' });
  expect(await promise).toEqual({ actor: 'ada', enrollmentId: 'ada', stepKey: 'a/1' });
});

test('nonsense, a flood of requests and a stranger are each refused by their code, and the server stays', async () => {
  const { promise: never } = Promise.withResolvers<never>();
  await using server = await startLiveServer({
    authorize: async (_, url) => {
      if (url.searchParams.get('user') === 'stranger') throw new AppError('not_signed_in', 'no session');
      return 'ada';
    },
    onAtStep: () => never,
  });
  const nonsense = await Dashboard.open(server);
  nonsense.socket.send('nonsense');
  expect(await nonsense.closed).toBe(4400);
  const binary = await Dashboard.open(server);
  binary.socket.send(Buffer.from(JSON.stringify(watchAda)), { binary: true });
  expect(await binary.closed).toBe(4400);
  const large = await Dashboard.open(server);
  large.socket.send('x'.repeat(MAX_FRAME_BYTES + 1));
  expect(await large.closed).toBe(4413);
  const flood = await Dashboard.open(server);
  for (let i = 0; i < 100; i += 1) flood.send({ type: 'at_step', enrollmentId: 'ada', stepKey: 'a/1' });
  expect(await flood.closed).toBe(4429);
  const stranger = new Dashboard(`${server.url}?user=stranger`);
  expect(await stranger.closed).toBe(4401);
  const page = await Dashboard.open(server);
  for (let i = 0; i < 9; i += 1) page.send({ type: 'watch_enrollment', enrollmentId: `e${i}` });
  await page.until((events) => events.length === 1);
  expect(page.events).toEqual([{ type: 'error', code: 'too_many_tries' }]);
});
