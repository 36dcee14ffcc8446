import { expect, test } from 'vitest';
import { draftOf, isFault, readClassDraft, readMachineDraft } from '#components/limits/limit-draft.ts';

const defaults = { memoryMiB: 1024, cpus: 1, pids: 1024, diskMiB: 4096, idleMinutes: 60, lifetimeMinutes: 240 };
const ceilings = { memoryMiB: 4096, cpus: 2, pids: 4096, diskMiB: 16_384, idleMinutes: 240, lifetimeMinutes: 720 };
const empty = draftOf({});

test('an empty form says nothing: the course decides', () => {
  expect(readClassDraft(empty, ceilings)).toEqual({ ok: true, limits: {} });
});

test('what a form shows is what it reads', () => {
  const limits = { memoryMiB: 2048, cpus: 0.5, idleMinutes: 30 };
  expect(readClassDraft(draftOf(limits), ceilings)).toEqual({ ok: true, limits });
  expect(readMachineDraft({ defaults: draftOf(defaults), ceilings: draftOf(ceilings) })).toEqual({
    defaults,
    ceilings,
  });
});

test('a decimal comma is a number', () => {
  expect(readClassDraft({ ...empty, cpus: ' 0,5 ' }, ceilings)).toEqual({ ok: true, limits: { cpus: 0.5 } });
});

test.each([
  { memoryMiB: '64' },
  { memoryMiB: '1.5' },
  { cpus: 'two' },
  { pids: '-1' },
  { idleMinutes: '1' },
  { lifetimeMinutes: '721' },
  { diskMiB: '1e9' },
])('%o is marked, and nothing is sent', (wrong) => {
  expect(readClassDraft({ ...empty, ...wrong }, ceilings)).toEqual({ ok: false, wrong: Object.keys(wrong) });
});

test('the machine must say every limit, each default within its ceiling', () => {
  const draft = { defaults: draftOf(defaults), ceilings: draftOf(ceilings) };
  const without = readMachineDraft({ ...draft, defaults: { ...draft.defaults, pids: '' } });
  expect(without).toEqual({ defaults: ['pids'], ceilings: [] });
  const above = readMachineDraft({ ...draft, ceilings: { ...draft.ceilings, memoryMiB: '512' } });
  expect(isFault(above) && above.defaults).toEqual(['memoryMiB']);
  const short = readMachineDraft({ ...draft, defaults: { ...draft.defaults, idleMinutes: '0.5' } });
  expect(isFault(short)).toBe(false);
});
