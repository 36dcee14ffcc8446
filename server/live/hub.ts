import { log } from '#server/log.ts';
import type { LiveEvent } from '#server/shared/protocol.ts';

export type Topic = `enrollment:${string}` | `classroom:${string}` | 'system';

type EventListener = (event: LiveEvent) => void;
type PresenceListener = (enrollmentId: string, online: boolean) => void;

/** Facts out to whoever watches, in this process. */
export interface LiveHub {
  publish(topic: Topic, event: LiveEvent): void;
  subscribe(topic: Topic, listener: EventListener): Disposable;
  /** Presence: one live socket of an enrollment. Disposing twice counts once. */
  enter(enrollmentId: string): Disposable;
  isOnline(enrollmentId: string): boolean;
  /** Called when the first socket comes and when the last one goes. */
  onPresence(listener: PresenceListener): Disposable;
}

export function createLiveHub(): LiveHub {
  const listeners = new Map<Topic, Set<EventListener>>();
  const sockets = new Map<string, number>();
  const presenceListeners = new Set<PresenceListener>();

  const leave = (enrollmentId: string) => {
    const left = (sockets.get(enrollmentId) ?? 1) - 1;
    if (left > 0) {
      sockets.set(enrollmentId, left);
      return;
    }
    sockets.delete(enrollmentId);
    for (const listener of [...presenceListeners]) guarded(() => listener(enrollmentId, false));
  };

  return {
    publish(topic, event) {
      for (const listener of [...(listeners.get(topic) ?? [])]) guarded(() => listener(event));
    },
    subscribe(topic, listener) {
      const ofTopic = listeners.get(topic) ?? new Set();
      // Wrapped, so that the same function subscribed twice is two subscriptions.
      const own: EventListener = (event) => listener(event);
      listeners.set(topic, ofTopic.add(own));
      return once(() => {
        ofTopic.delete(own);
        if (ofTopic.size === 0 && listeners.get(topic) === ofTopic) listeners.delete(topic);
      });
    },
    enter(enrollmentId) {
      const before = sockets.get(enrollmentId) ?? 0;
      sockets.set(enrollmentId, before + 1);
      if (before === 0) for (const listener of [...presenceListeners]) guarded(() => listener(enrollmentId, true));
      return once(() => leave(enrollmentId));
    },
    isOnline: (enrollmentId) => sockets.has(enrollmentId),
    onPresence(listener) {
      presenceListeners.add(listener);
      return once(() => presenceListeners.delete(listener));
    },
  };
}

function once(run: () => void): Disposable {
  let done = false;
  return {
    [Symbol.dispose]() {
      if (done) return;
      done = true;
      run();
    },
  };
}

/** One listener's fault must not keep a fact from the others. */
function guarded(run: () => void): void {
  try {
    run();
  } catch (error) {
    log.error('live.listener_failed', error);
  }
}
