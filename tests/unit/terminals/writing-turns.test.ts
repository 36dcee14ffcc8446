import { expect, test } from 'vitest';
import { errorCode } from '#server/errors.ts';
import { MAX_WATCHERS } from '#server/shared/company.ts';
import type { TerminalEvent } from '#server/shared/protocol.ts';
import { ASKS_WINDOW_MS, createAskLimit, MAX_ASKS } from '#server/terminals/watching/ask-limit.ts';
import {
  ASK_LASTS_MS,
  type Guest,
  STUDENT_AWAY_MS,
  type TurnFact,
  WritingTurns,
} from '#server/terminals/watching/writing-turns.ts';
import { ManualClock } from '../../support/manual-clock.ts';

type Told = Guest & { events: TerminalEvent[] };

const guest = (name: string, mayWrite: boolean): Told => {
  const events: TerminalEvent[] = [];
  return { person: { userId: name, name }, mayWrite, events, event: (event) => events.push(event) };
};
const codeOf = (run: () => void) => {
  try {
    run();
  } catch (error) {
    return errorCode(error);
  }
  return null;
};

/** Eve at her terminal with Ada watching. */
function scene() {
  const clock = new ManualClock();
  const facts: TurnFact[] = [];
  const asks = createAskLimit(clock);
  const turns = new WritingTurns({
    clock,
    mayAsk: ({ userId }) => asks.take(userId, 'eve'),
    note: (fact) => facts.push(fact),
  });
  const eve = guest('Eve', true);
  const ada = guest('Ada', false);
  turns.join(eve);
  turns.join(ada);
  const ask = () => turns.deskFor(ada).ask();
  const turnId = () => turns.viewFor(eve).turn?.turnId ?? '';
  const answer = (allow: boolean) => turns.deskFor(eve).answer(turnId(), allow);
  const grant = () => {
    ask();
    answer(true);
  };
  const whys = (to: Told) => to.events.flatMap((event) => (event.type === 'turn_over' ? [event.why] : []));
  const typist = () => ({ eve: turns.mayType(eve, true), ada: turns.mayType(ada, false) });
  return { clock, facts, turns, eve, ada, ask, answer, grant, turnId, whys, typist };
}
const EVE_TYPES = { eve: true, ada: false };
const ADA_TYPES = { eve: false, ada: true };

test('the student is told at once who watches, each name once, and when nobody does any more', () => {
  const { turns, eve, ada } = scene();
  expect(eve.events.at(-1)).toEqual({ type: 'company', watchers: ['Ada'], turn: null });
  const second = guest('Ada', false);
  turns.join(second);
  expect(eve.events.at(-1)).toMatchObject({ watchers: ['Ada'] });
  turns.leave(ada);
  expect(eve.events.at(-1)).toMatchObject({ watchers: ['Ada'] });
  turns.leave(second);
  expect(eve.events.at(-1)).toMatchObject({ watchers: [] });
});

test('a watcher types from the student’s yes until they are stopped, and the student not meanwhile', () => {
  const { grant, typist, turns, eve, whys, ada, facts } = scene();
  expect(typist()).toEqual(EVE_TYPES);
  grant();
  expect(typist()).toEqual(ADA_TYPES);
  expect(turns.viewFor(ada).turn).toMatchObject({ phase: 'writing', yours: true, name: 'Ada' });
  expect(turns.viewFor(eve).turn).toMatchObject({ phase: 'writing', yours: false, name: 'Ada' });
  turns.deskFor(eve).end();
  expect(typist()).toEqual(EVE_TYPES);
  expect(whys(ada)).toEqual(['taken_back']);
  expect(facts.map(({ what, by }) => [what, by?.name])).toEqual([
    ['asked', 'Ada'],
    ['granted', 'Eve'],
    ['ended', 'Eve'],
  ]);
});

test('a question alone gives nothing, and a no ends it', () => {
  const { ask, answer, typist, whys, ada, facts } = scene();
  ask();
  expect(typist()).toEqual(EVE_TYPES);
  answer(false);
  expect(typist()).toEqual(EVE_TYPES);
  expect(whys(ada)).toEqual(['refused']);
  expect(facts.at(-1)).toMatchObject({ what: 'refused', by: { name: 'Eve' }, watcher: { name: 'Ada' } });
});

test('a late yes, one to an older question and a made-up one are void', () => {
  const { clock, ask, turnId, turns, eve, typist, whys, ada } = scene();
  ask();
  const late = turnId();
  clock.advance(ASK_LASTS_MS);
  expect(whys(ada)).toEqual(['lapsed']);
  const says = (id: string) => turns.deskFor(eve).answer(id, true);
  says(late);
  expect(typist()).toEqual(EVE_TYPES);
  ask();
  for (const id of [late, '', 'made up']) says(id);
  expect(typist()).toEqual(EVE_TYPES);
  says(turnId());
  expect(typist()).toEqual(ADA_TYPES);
  clock.advance(10 * ASK_LASTS_MS);
  expect(typist()).toEqual(ADA_TYPES);
});

test('neither can a watcher answer for the student, nor a student ask at their own terminal', () => {
  const { ask, turnId, turns, ada, eve, typist } = scene();
  ask();
  expect(codeOf(() => turns.deskFor(ada).answer(turnId(), true))).toBe('not_allowed');
  expect(codeOf(() => turns.deskFor(eve).ask())).toBe('not_allowed');
  expect(typist()).toEqual(EVE_TYPES);
});

test('another watcher neither ends the turn, nor asks meanwhile, nor types', () => {
  const { grant, turns, typist, whys } = scene();
  const ivo = guest('Ivo', false);
  turns.join(ivo);
  grant();
  turns.deskFor(ivo).end();
  turns.deskFor(ivo).ask();
  expect(whys(ivo)).toEqual(['busy']);
  expect(turns.mayType(ivo, false)).toBe(false);
  expect(typist()).toEqual(ADA_TYPES);
});

test('the turn ends when the watcher’s page is gone, and what that page does afterwards is void', () => {
  const { grant, turns, typist, ada, eve, facts } = scene();
  grant();
  turns.leave(ada);
  expect(typist()).toEqual(EVE_TYPES);
  expect(turns.viewFor(eve)).toEqual({ watchers: [], turn: null });
  expect(facts.at(-1)).toMatchObject({ what: 'ended', why: 'watcher_left' });
  turns.deskFor(ada).ask();
  expect(turns.viewFor(eve).turn).toBeNull();
});

test('a reload of the student’s page ends no turn, their staying away does', () => {
  const { clock, grant, turns, eve, ada, typist, whys } = scene();
  grant();
  turns.leave(eve);
  clock.advance(STUDENT_AWAY_MS - 1);
  turns.join(eve);
  clock.advance(STUDENT_AWAY_MS);
  expect(typist()).toEqual(ADA_TYPES);
  turns.leave(eve);
  clock.advance(STUDENT_AWAY_MS);
  expect(turns.mayType(ada, false)).toBe(false);
  expect(whys(ada)).toEqual(['student_away']);
  expect(clock.pending).toBe(0);
});

test('where the student has no page open there is nobody to ask, and a question that waits is void', () => {
  const { ask, turns, eve, ada, whys, facts } = scene();
  ask();
  turns.leave(eve);
  ask();
  expect(whys(ada)).toEqual(['student_away', 'student_away']);
  expect(facts.filter(({ what }) => what === 'asked')).toHaveLength(1);
});

test('questions are counted over every shell and connection, and again possible after a while', () => {
  const { clock, ask, answer, whys, ada, turns, eve } = scene();
  for (let times = 0; times < MAX_ASKS; times++) {
    ask();
    answer(false);
  }
  ask();
  expect(whys(ada).at(-1)).toBe('too_many');
  expect(turns.viewFor(eve).turn).toBeNull();
  clock.advance(ASKS_WINDOW_MS);
  ask();
  expect(turns.viewFor(eve).turn).toMatchObject({ phase: 'asked' });
});

test('asking twice is one question', () => {
  const { ask, turnId, facts } = scene();
  ask();
  const first = turnId();
  ask();
  expect(turnId()).toBe(first);
  expect(facts).toHaveLength(1);
});

test('the end of the shell ends the turn, and leaves no timer', () => {
  const { clock, ask, turns, typist, whys, ada } = scene();
  ask();
  turns.close();
  turns.close();
  ask();
  expect(whys(ada)).toEqual(['shell_ended', 'shell_ended']);
  expect(typist()).toEqual(EVE_TYPES);
  expect(clock.pending).toBe(0);
});

test('watchers are bounded, and leave room for the student', () => {
  const { turns } = scene();
  for (let more = 1; more < MAX_WATCHERS; more++) turns.join(guest(`W${more}`, false));
  expect(codeOf(() => turns.join(guest('one more', false)))).toBe('too_many_tries');
  expect(codeOf(() => turns.join(guest('Eve', true)))).toBeNull();
});
