import { expect, test } from 'vitest';
import { currentStepKey, mergeStep, minutesLeft, withMissing } from '#components/course/progress-rules.ts';
import { connectionWords, paneWords } from '#components/terminal/terminal-words.ts';
import type { SandboxView, StepProgressView } from '#server/shared/protocol.ts';
import type { StepMeta } from '#server/shared/views.ts';
import { NO_HELP } from '../../support/no-help.ts';

const step = (stepKey: string, missing: string[] = []): StepMeta => ({
  stepKey,
  title: stepKey,
  number: 1,
  hasCheck: true,
  question: null,
  points: 1,
  hintCount: 0,
  hasSolution: false,
  missing,
});
const seen = (stepKey: string, change: Partial<StepProgressView> = {}): StepProgressView => ({
  stepKey,
  tries: 0,
  passedAt: null,
  outcome: null,
  message: null,
  seen: null,
  wanted: null,
  checkedAt: null,
  ...NO_HELP,
  ...change,
});
const sandbox = (change: Partial<SandboxView>): SandboxView => ({
  sandboxId: null,
  phase: 'ready',
  ending: null,
  error: null,
  driver: null,
  capabilities: [],
  since: '2026-01-01T10:00:00Z',
  expiresAt: null,
  imagePercent: null,
  queue: null,
  warning: null,
  savedSnapshotId: null,
  replay: null,
  ...change,
});
const PASS = { passedAt: '2026-01-01T10:00:00Z', outcome: 'passed' as const };

test('the step in hand is the first that is not done', () => {
  expect(currentStepKey([step('a/1'), step('a/2')], { 'a/1': seen('a/1', PASS) })).toBe('a/2');
});

test('a step this sandbox cannot offer does not hold the student up', () => {
  expect(currentStepKey([step('a/1', ['containers']), step('a/2')], {})).toBe('a/2');
});

test('nothing is said to be missing before the sandbox stands', () => {
  const needs = { 'a/1': ['containers'] };
  expect(withMissing([step('a/1')], needs, sandbox({ phase: 'booting' }))[0]?.missing).toEqual([]);
  expect(withMissing([step('a/1')], needs, sandbox({ capabilities: ['shell'] }))[0]?.missing).toEqual(['containers']);
});

test('a pass is never taken back by a fact that comes late', () => {
  const passed = { 'a/1': seen('a/1', { ...PASS, checkedAt: '2026-01-01T10:00:00Z' }) };
  expect(mergeStep(passed, seen('a/1', { outcome: 'failed', checkedAt: '2026-01-01T10:00:09Z' }))).toBe(passed);
});

test('older evidence does not replace newer', () => {
  const now = { 'a/1': seen('a/1', { message: 'new', checkedAt: '2026-01-01T10:00:09Z' }) };
  expect(mergeStep(now, seen('a/1', { message: 'old', checkedAt: '2026-01-01T10:00:00Z' }))).toBe(now);
});

test('time left is told in whole minutes and never below nought', () => {
  const now = new Date('2026-01-01T10:00:00Z');
  expect(minutesLeft('2026-01-01T11:42:30Z', now)).toBe(102);
  expect(minutesLeft('2026-01-01T09:00:00Z', now)).toBe(0);
  expect(minutesLeft(null, now)).toBeNull();
});

test('while the lab image is built the pane says how far it is and offers no button', () => {
  const words = paneWords(sandbox({ phase: 'queued', imagePercent: 43.7 }));
  expect(words?.title).toEqual({ key: 'imageTitlePercent', values: { percent: 43 } });
  expect(words?.offerNew).toBe(false);
});

test('a sandbox that is gone tells the true reason and offers a new one', () => {
  expect(paneWords(sandbox({ phase: 'gone', ending: 'memory' }))).toMatchObject({
    kind: 'gone',
    text: { key: 'gone_memory' },
    offerNew: true,
  });
});

test('a refusal that ends by itself offers no button', () => {
  expect(paneWords(sandbox({ phase: 'gone', error: 'engine_down' }))).toMatchObject({
    text: { errorCode: 'engine_down' },
    offerNew: false,
  });
});

test('the foot says how the wire is', () => {
  expect(connectionWords({ phase: 'open', writable: true, latencyMs: 0.42 }).values).toEqual({ ms: 0.4 });
  expect(connectionWords({ phase: 'waiting', code: null })).toEqual({ key: 'reconnecting', tone: 'warn' });
});

test('who waits is told the place and about how long', () => {
  const place = (queue: SandboxView['queue'], over: Partial<SandboxView> = {}) =>
    paneWords(sandbox({ phase: 'queued', queue, ...over }));
  expect(place({ position: 3, estimateSeconds: 20 })).toMatchObject({
    kind: 'waiting',
    title: { key: 'placeTitle', values: { position: 3 } },
    text: { key: 'placeSoon', values: { seconds: 20 } },
    kept: null,
  });
  expect(place({ position: 1, estimateSeconds: 200 })).toMatchObject({
    text: { key: 'placeLong', values: { minutes: 4 } },
  });
  const full = place({ position: 2, estimateSeconds: null }, { phase: 'gone', error: 'sandbox_capacity' });
  expect(full).toMatchObject({ text: { key: 'placeUnknown' }, kept: { key: 'placeFull' } });
  expect(place({ position: 2, estimateSeconds: 1 }, { error: 'engine_down' })).toMatchObject({ kind: 'trouble' });
});

test('while the steps before are done again the pane counts them, and gives the terminal back afterwards', () => {
  const replay = { stepKey: 'a/4', state: 'running' as const, done: 1, of: 4, failedStep: null, endedAt: null };
  expect(paneWords(sandbox({ replay }))).toMatchObject({
    kind: 'waiting',
    title: { key: 'replayTitle', values: { done: 1, of: 4 } },
    percent: 25,
    offerNew: false,
  });
  for (const state of ['done', 'failed', 'interrupted'] as const) {
    expect(paneWords(sandbox({ replay: { ...replay, state } }))).toBeNull();
  }
});
