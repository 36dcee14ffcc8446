import { expect, test } from 'vitest';
import { createLiveHub } from '#server/live/hub.ts';
import type { LiveEvent } from '#server/shared/protocol.ts';

const changed: LiveEvent = { type: 'system_changed' };

test('an event reaches those who watch its topic and nobody else', () => {
  const hub = createLiveHub();
  const heard: string[] = [];
  using _a = hub.subscribe('enrollment:ada', () => heard.push('ada'));
  using _b = hub.subscribe('enrollment:bob', () => heard.push('bob'));
  const gone = hub.subscribe('enrollment:ada', () => heard.push('gone'));
  gone[Symbol.dispose]();
  hub.publish('enrollment:ada', changed);
  expect(heard).toEqual(['ada']);
});

test('a listener that throws keeps the event from nobody', () => {
  const hub = createLiveHub();
  let heard = 0;
  hub.subscribe('system', () => {
    throw new Error('broken listener');
  });
  hub.subscribe('system', () => {
    heard += 1;
  });
  hub.publish('system', changed);
  expect(heard).toBe(1);
});

test('a student with two pages goes offline with the last one, once', () => {
  const hub = createLiveHub();
  const seen: boolean[] = [];
  hub.onPresence((_, online) => seen.push(online));
  const first = hub.enter('ada');
  const second = hub.enter('ada');
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  expect(hub.isOnline('ada')).toBe(true);
  second[Symbol.dispose]();
  expect(hub.isOnline('ada')).toBe(false);
  expect(seen).toEqual([true, false]);
});
