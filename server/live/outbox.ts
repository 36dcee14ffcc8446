import type { LiveEvent } from '#server/shared/protocol.ts';
import type { Topic } from './hub.ts';

/** Build-log lines that wait for one slow page; older ones are on the admin's page when it loads. */
const MAX_WAITING_LINES = 200;

/**
 * What waits for one page. An event takes the place of an older one about the same thing,
 * so that a slow page gets the newest state and memory is bounded by what there is to see, not by how often it changed.
 */
export class Outbox {
  readonly #waiting = new Map<string, { topic: Topic; event: LiveEvent }>();

  get size(): number {
    return this.#waiting.size;
  }

  put(topic: Topic, event: LiveEvent): void {
    const key = `${topic} ${subject(event)}`;
    const older = this.#waiting.get(key);
    // Moved to the end: an event is never sent before one that it came after.
    this.#waiting.delete(key);
    this.#waiting.set(key, { topic, event: older ? merged(older.event, event) : event });
  }

  take(): LiveEvent | null {
    const first = this.#waiting.entries().next();
    if (first.done) return null;
    const [key, { event }] = first.value;
    this.#waiting.delete(key);
    return event;
  }

  /** Puts all that waits here behind what waits there. */
  pourInto(put: (topic: Topic, event: LiveEvent) => void): void {
    for (const { topic, event } of this.#waiting.values()) put(topic, event);
    this.#waiting.clear();
  }
}

/** What an event is about: two with the same subject are two states of one thing. */
function subject(event: LiveEvent): string {
  switch (event.type) {
    case 'step':
      return `step ${event.step.stepKey}`;
    case 'checking':
      return `checking ${event.stepKey}`;
    case 'student':
      return `student ${event.row.enrollmentId}`;
    case 'student_left':
      return `student ${event.enrollmentId}`;
    case 'image':
      return `image ${event.courseId}`;
    case 'error':
      return `error ${event.code}`;
    case 'sandbox':
    case 'recording':
    case 'ports':
    case 'shells':
    case 'system_changed':
      return event.type;
  }
}

function merged(older: LiveEvent, newer: LiveEvent): LiveEvent {
  if (older.type !== 'image' || newer.type !== 'image') return newer;
  return { ...newer, lines: [...older.lines, ...newer.lines].slice(-MAX_WAITING_LINES) };
}
