import { z } from 'zod';
import { requireActor } from '#server/accounts/session.ts';
import { requireEnrollment } from '#server/classrooms/find-enrollment.ts';
import { type ContentState, contentState } from '#server/courses/content-state.ts';
import { errorCode, httpStatus } from '#server/errors.ts';
import { log } from '#server/log.ts';
import { findSeat } from '#server/progress/progress-store.ts';
import { runtime } from '#server/runtime.ts';

const LOOK_EVERY_MS = 200;
/** The browser asks again by itself; what is forgotten ends. */
const LONGEST_MS = 60_000;

const enrollmentIdShape = z.string().min(1).max(64);

/** `GET /api/course-changes?enrollment=…`: tells an author's open page of each change, as server-sent events. */
export async function GET(request: Request): Promise<Response> {
  if (!runtime().config.liveCourses) return new Response(null, { status: 404 });
  try {
    const actor = await requireActor(request.headers);
    const enrollmentId = enrollmentIdShape.parse(new URL(request.url).searchParams.get('enrollment'));
    const { courseId } = await requireEnrollment({ actor, enrollmentId, action: 'check:run' });
    const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store, no-transform' };
    return new Response(changes({ enrollmentId, courseId }, request.signal), { headers });
  } catch (error) {
    return new Response(null, { status: httpStatus(errorCode(error)) });
  }
}

type Seat = { enrollmentId: string; courseId: string };

/** The state now, and each state that differs from the one before. */
function changes(seat: Seat, signal: AbortSignal): ReadableStream<Uint8Array> {
  const { clock, courses } = runtime();
  const encoder = new TextEncoder();
  let looking: Disposable | null = null;
  let open = true;
  const end = () => {
    open = false;
    looking?.[Symbol.dispose]();
  };
  return new ReadableStream({
    start(controller) {
      let before: ContentState | null = null;
      const endAt = clock.now().getTime() + LONGEST_MS;
      const close = () => {
        if (open) controller.close();
        end();
      };
      const look = () => {
        if (signal.aborted || clock.now().getTime() > endAt) return close();
        const now = contentState(courses, seat.courseId);
        if (JSON.stringify(now) === JSON.stringify(before)) return undefined;
        controller.enqueue(encoder.encode(`data: ${JSON.stringify(now)}\n\n`));
        if (before !== null && now.checks !== before.checks) void checkAgain(seat);
        before = now;
        return undefined;
      };
      look();
      looking = clock.every(LOOK_EVERY_MS, () => {
        try {
          look();
        } catch (error) {
          log.warn('course.changes_ended', { courseId: seat.courseId, code: errorCode(error) });
          close();
        }
      });
    },
    cancel: end,
  });
}

/** The check of the step that the author has open: its result comes to the page as every other does. */
async function checkAgain({ enrollmentId, courseId }: Seat): Promise<void> {
  try {
    const stepKey = (await findSeat(enrollmentId))?.currentStep ?? null;
    if (stepKey === null || !runtime().courses.step(courseId, stepKey).check) return;
    await runtime().checks.request({ enrollmentId, courseId, stepKey, trigger: 'asked' });
  } catch (error) {
    // No sandbox yet, or the step is just being renamed: the next change asks again.
    log.info('course.check_not_run', { courseId, code: errorCode(error) });
  }
}
