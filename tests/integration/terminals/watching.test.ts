import { expect, test } from 'vitest';
import { MAX_WATCHERS } from '#server/shared/company.ts';
import { WatchLedger } from '#server/terminals/watching/watch-ledger.ts';
import { STUDENT_AWAY_MS, type TurnFact } from '#server/terminals/watching/writing-turns.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { ScriptedShell } from '../../support/scripted-shell.ts';
import { Page, startTerminalServer, type TerminalServer } from '../../support/terminal-server.ts';

const ADA = { query: 'enrollment=eve&view&name=Ada' };
const EVE = { query: 'enrollment=eve' };
const typedInto = (shell: ScriptedShell) => Buffer.concat(shell.typed).toString();
const companyOf = (page: Page) =>
  page.events.flatMap((event) => {
    if (event.type === 'company') return [event];
    return event.type === 'attached' ? [event.company] : [];
  });
const sees = (page: Page, wanted: (company: ReturnType<typeof companyOf>[number]) => boolean) =>
  page.until(() => {
    const newest = companyOf(page).at(-1);
    return newest !== undefined && wanted(newest);
  });
const turnOf = (page: Page) => companyOf(page).at(-1)?.turn ?? null;
/** A new shell that the test can look at afterwards. */
const kept = (shells: ScriptedShell[]) => shells[shells.push(new ScriptedShell()) - 1] ?? new ScriptedShell();
let beats = 0;
/** All that the page sent before has been obeyed. */
const settled = async (page: Page) => {
  beats += 1;
  const at = beats;
  page.send({ type: 'ping', at });
  await page.until(() => page.events.some((event) => event.type === 'pong' && event.at === at));
};
const types = async (page: Page, text: string) => {
  page.type(text);
  await settled(page);
};

/** Eve's page, Ada's beside it, and one shell. */
async function scene(server: TerminalServer) {
  const eve = await Page.attach(server, { ...EVE, size: { cols: 100, rows: 30 } });
  const ada = await Page.attach(server, { ...ADA, size: { cols: 40, rows: 10 } });
  return { eve, ada };
}
async function grant(eve: Page, ada: Page): Promise<void> {
  ada.send({ type: 'ask_turn' });
  await sees(eve, ({ turn }) => turn?.phase === 'asked');
  eve.send({ type: 'answer_turn', turnId: turnOf(eve)?.turnId ?? '', allow: true });
  await sees(ada, ({ turn }) => turn?.phase === 'writing');
}

test('a watcher is announced, types only in their turn, and the student takes it back at once', async () => {
  const shell = new ScriptedShell();
  const facts: TurnFact['what'][] = [];
  const onTurn = (_seat: string, _shell: string, fact: TurnFact) => facts.push(fact.what);
  await using server = await startTerminalServer({ openShell: () => shell, onTurn });
  const { eve, ada } = await scene(server);
  await sees(eve, ({ watchers }) => watchers[0] === 'Ada');
  await types(ada, 'before');
  await grant(eve, ada);
  await types(ada, 'ada');
  await types(eve, 'ignored');
  eve.send({ type: 'end_turn' });
  await types(eve, '+eve');
  await types(ada, 'after');
  expect(typedInto(shell)).toBe('ada+eve');
  expect(await ada.event('turn_over')).toEqual({ type: 'turn_over', why: 'taken_back' });
  expect(facts).toEqual(['asked', 'granted', 'ended']);
  await ada.drop();
  await sees(eve, ({ watchers }) => watchers.length === 0);
});

test('the student’s page goes on setting the size while the watcher types', async () => {
  const shell = new ScriptedShell();
  await using server = await startTerminalServer({ openShell: () => shell });
  const { eve, ada } = await scene(server);
  await grant(eve, ada);
  ada.send({ type: 'resize', size: { cols: 20, rows: 5 } });
  await settled(ada);
  eve.send({ type: 'resize', size: { cols: 90, rows: 25 } });
  expect((await ada.event('size')).size).toEqual({ cols: 90, rows: 25 });
  expect(shell.sizes).toEqual([{ cols: 90, rows: 25 }]);
});

test('the turn ends with the watcher’s connection, and the keys are the student’s again by themselves', async () => {
  const shell = new ScriptedShell();
  await using server = await startTerminalServer({ openShell: () => shell });
  const { eve, ada } = await scene(server);
  await grant(eve, ada);
  await ada.drop();
  await sees(eve, ({ turn, watchers }) => turn === null && watchers.length === 0);
  await types(eve, 'mine');
  const again = await Page.attach(server, ADA);
  await types(again, 'no');
  expect(typedInto(shell)).toBe('mine');
});

test('a reloaded page of the student finds the turn and can end it; without one it ends by itself', async () => {
  const clock = new ManualClock();
  const shell = new ScriptedShell();
  await using server = await startTerminalServer({ openShell: () => shell, clock });
  const { eve, ada } = await scene(server);
  await grant(eve, ada);
  await eve.drop();
  await types(ada, '1');
  const reloaded = await Page.attach(server, EVE);
  expect(turnOf(reloaded)).toMatchObject({ phase: 'writing', name: 'Ada', yours: false });
  await types(ada, '2');
  await reloaded.drop();
  await types(ada, '3');
  clock.advance(STUDENT_AWAY_MS);
  await types(ada, '4');
  expect(typedInto(shell)).toBe('123');
  expect(await ada.event('turn_over')).toMatchObject({ why: 'student_away' });
});

test('who answers in the student’s name is thrown out: a watcher here, a student of another terminal is not heard', async () => {
  const shells: ScriptedShell[] = [];
  await using server = await startTerminalServer({ openShell: () => kept(shells) });
  const { eve, ada } = await scene(server);
  const ivo = await Page.attach(server, { query: 'enrollment=eve&view&name=Ivo' });
  const mallory = await Page.attach(server, { query: 'enrollment=mallory' });
  ada.send({ type: 'ask_turn' });
  await sees(eve, ({ turn }) => turn?.phase === 'asked');
  const turnId = turnOf(eve)?.turnId ?? '';
  mallory.send({ type: 'answer_turn', turnId, allow: true });
  await settled(mallory);
  ivo.send({ type: 'answer_turn', turnId, allow: true });
  expect((await ivo.closed).code).toBe(4403);
  await types(ada, 'rm -rf ~');
  expect(turnOf(eve)?.phase).toBe('asked');
  ada.send({ type: 'answer_turn', turnId, allow: true });
  expect((await ada.closed).code).toBe(4403);
  await sees(eve, ({ turn }) => turn === null);
  expect(shells.map(typedInto)).toEqual(['', '']);
});

test('a turn at one shell is none at another', async () => {
  const shells: ScriptedShell[] = [];
  await using server = await startTerminalServer({ openShell: () => kept(shells) });
  const { eve, ada } = await scene(server);
  await Page.attach(server, { ...EVE, shell: 'shell-2' });
  const second = await Page.attach(server, { ...ADA, shell: 'shell-2' });
  await grant(eve, ada);
  await types(ada, 'one');
  await types(second, 'two');
  expect(shells.map(typedInto)).toEqual(['one', '']);
});

test('the restarted server knows of no turn', async () => {
  const shells = [new ScriptedShell(), new ScriptedShell()];
  {
    await using server = await startTerminalServer({ openShell: () => shells[0] ?? new ScriptedShell() });
    const { eve, ada } = await scene(server);
    await grant(eve, ada);
  }
  await using server = await startTerminalServer({ openShell: () => shells[1] ?? new ScriptedShell() });
  const { eve, ada } = await scene(server);
  expect(turnOf(ada)).toBeNull();
  await types(ada, 'still me?');
  await types(eve, 'no');
  expect(shells.map(typedInto)).toEqual(['', 'no']);
});

test('a shell that exits in the middle of a turn ends it for both', async () => {
  const shell = new ScriptedShell();
  await using server = await startTerminalServer({ openShell: () => shell });
  const { eve, ada } = await scene(server);
  await grant(eve, ada);
  shell.exit(0);
  expect(await ada.event('turn_over')).toMatchObject({ why: 'shell_ended' });
  await sees(eve, ({ turn }) => turn === null);
});

test('a watch is written down before a byte is shown, and nothing is shown where it cannot be', async () => {
  const shell = new ScriptedShell();
  const full = async () => {
    throw new Error('the disk is full');
  };
  const ledger = new WatchLedger({ clock: new ManualClock(), opened: full, closed: full });
  await using server = await startTerminalServer({ openShell: () => shell, watch: (begun) => ledger.begin(begun) });
  const eve = await Page.attach(server, EVE);
  shell.print('secret');
  await eve.sees('secret');
  const ada = await Page.open(server, ADA.query);
  ada.send({ type: 'attach', shell: 'shell-1', since: null, size: { cols: 80, rows: 24 } });
  expect((await ada.closed).code).toBe(4500);
  expect(ada.bytes).toHaveLength(0);
  expect(companyOf(eve).at(-1)?.watchers).toEqual([]);
});

test('watchers never take the student’s own place', async () => {
  await using server = await startTerminalServer({ openShell: () => new ScriptedShell() });
  await Page.attach(server, EVE);
  for (let more = 0; more < MAX_WATCHERS; more++) await Page.attach(server, ADA);
  const oneMore = await Page.open(server, ADA.query);
  oneMore.send({ type: 'attach', shell: 'shell-1', since: null, size: { cols: 80, rows: 24 } });
  expect((await oneMore.closed).code).toBe(4429);
  const eve = await Page.attach(server, EVE);
  expect(companyOf(eve)[0]?.watchers).toEqual(['Ada']);
});
