import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import type { ComponentProps } from 'react';
import type { LearnPageProps } from '#components/course/learn-props.ts';
import { Prose } from '#components/course/prose.tsx';
import type { Language } from '#components/messages/load-messages.ts';
import type { Actor } from '#server/accounts/permissions.ts';
import { findViewer } from '#server/accounts/session.ts';
import { recordingNotice } from '#server/classrooms/class-recording.ts';
import { findMyEnrollment, findMySeatInClass, requireEnrollment } from '#server/classrooms/find-enrollment.ts';
import { hasRecordings } from '#server/classrooms/recordings.ts';
import { findTerminalLayout } from '#server/classrooms/terminal-layouts.ts';
import type { Chapter, Step } from '#server/courses/course-model.ts';
import { chapterSummary, stepMeta } from '#server/courses/course-views.ts';
import { personalChapter } from '#server/courses/student-values.ts';
import { AppError, errorCode } from '#server/errors.ts';
import { log } from '#server/log.ts';
import { enrollmentSeed } from '#server/progress/enrollment-seed.ts';
import { runtime } from '#server/runtime.ts';
import { courseFamily } from '#server/shared/course-version.ts';
import type { SandboxView } from '#server/shared/protocol.ts';
import type { EnrollmentView, ViewerView } from '#server/shared/views.ts';
import {
  answer,
  checkNow,
  extendSandbox,
  keepLayout,
  noteHelp,
  prepareStep,
  resetSandbox,
  returnLink,
  startSandbox,
  staySandbox,
} from '../../actions.ts';
import { confirmRecording } from '../../recording-actions.ts';
import {
  listSnapshots,
  removeSnapshot,
  renameSnapshot,
  restoreSnapshot,
  saveSnapshot,
} from '../../snapshot-actions.ts';

type Asked = { courseId: string; chapterId: string; classroomId: string | undefined; language: Language };

/** All that the chapter's page shows to whoever is signed in; those who may not see it are sent to the start page. */
export async function loadLearnPage(asked: Asked): Promise<LearnPageProps> {
  const { courses } = runtime();
  await followMovedClass(asked);
  const chapter = courses.chapter(asked.courseId, asked.chapterId, asked.language);
  const { viewer, enrollment } = await requireSeat(asked);
  const seed = await enrollmentSeed(enrollment.enrollmentId);
  const course = courses.list(asked.language).find((one) => one.courseId === asked.courseId);
  if (!course) throw new AppError('course_unknown', `course ${asked.courseId} is not listed`);
  return {
    viewer: { ...viewer, name: enrollment.displayName },
    place: {
      courseId: course.courseId,
      courseTitle: course.title,
      chapters: course.chapters,
      chapter: chapterSummary(chapter),
    },
    classroomId: enrollment.classroomId,
    classTitle: enrollment.classTitle,
    enrollmentId: enrollment.enrollmentId,
    progress: enrollment.steps,
    sandbox: await openSandbox(viewer, enrollment),
    recording: await recordingNotice(enrollment.enrollmentId),
    hasRecordings: await hasRecordings(enrollment.enrollmentId),
    layout: await findTerminalLayout({ actor: asActor(viewer), enrollmentId: enrollment.enrollmentId }),
    actions: boundActions(enrollment.enrollmentId),
    ...chapterContent({ chapter: personalChapter(chapter, seed), enrollment, seed }),
  };
}

/** A class that went on to another version of its course takes its students' old links along. */
async function followMovedClass({ courseId, chapterId, classroomId }: Asked): Promise<void> {
  const viewer = classroomId === undefined ? null : await findViewer(await headers());
  if (classroomId === undefined || viewer === null) return;
  const seat = await findMySeatInClass({ actor: asActor(viewer), classroomId });
  if (seat === null || seat.courseId === courseId) return;
  if (courseFamily(seat.courseId).family !== courseFamily(courseId).family) return;
  const { chapters } = runtime().courses.course(seat.courseId);
  const there = chapters.find((one) => one.chapterId === chapterId) ?? chapters[0];
  if (there) redirect(`/learn/${seat.courseId}/${there.chapterId}?class=${encodeURIComponent(classroomId)}`);
}

async function requireSeat({ courseId, chapterId, classroomId }: Asked) {
  const viewer = await findViewer(await headers());
  const query = classroomId ? `?class=${encodeURIComponent(classroomId)}` : '';
  const here = encodeURIComponent(`/learn/${courseId}/${chapterId}${query}`);
  if (!viewer) redirect(`/?next=${here}&error=not_signed_in`);
  const enrollment = await findMyEnrollment({ actor: asActor(viewer), courseId, classroomId });
  if (!enrollment) redirect(`/?next=${here}&error=not_allowed`);
  return { viewer, enrollment };
}

const asActor = ({ userId, role, name }: ViewerView): Actor => ({ userId, role, name });

/** Opening the page is asking for a sandbox, unless the last one ended and the student has not been told why. Where none can be had, the page says why and can still be read. */
async function openSandbox(viewer: ViewerView, { enrollmentId, courseId }: EnrollmentView): Promise<SandboxView> {
  const { sandboxes } = runtime();
  try {
    await requireEnrollment({ actor: asActor(viewer), enrollmentId, action: 'sandbox:start' });
    return await sandboxes.open({ enrollmentId, courseId });
  } catch (error) {
    const code = errorCode(error);
    if (code === 'internal') log.error('learn.sandbox_failed', error, { enrollmentId });
    return { ...sandboxes.view(enrollmentId), error: code };
  }
}

type Content = { chapter: Chapter; enrollment: EnrollmentView; seed: string };

function chapterContent({ chapter, enrollment, seed }: Content) {
  const { steps } = chapter;
  const progress = enrollment.steps;
  const explained = steps.filter((step) => step.question && progress[step.stepKey]?.passedAt);
  return {
    lead: chapter.lead,
    intro: draw(chapter.intro),
    outro: draw(chapter.outro),
    steps: steps.map((step) => stepMeta(step, seed)),
    needs: Object.fromEntries(steps.map((step) => [step.stepKey, [...step.needs]])),
    prose: Object.fromEntries(steps.map((step) => [step.stepKey, drawStep(step)])),
    explanations: Object.fromEntries(explained.map((step) => [step.stepKey, step.question?.explanation ?? ''])),
  };
}

type Tree = ComponentProps<typeof Prose>['tree'];

const draw = (tree: Tree | null) => (tree && tree.children.length > 0 ? <Prose tree={tree} /> : null);

function drawStep(step: Step) {
  const hints = step.hints.map(({ when, body }) => ({ when, body: draw(body) }));
  return { body: draw(step.body), hints, solution: draw(step.solution) };
}

function boundActions(enrollmentId: string): LearnPageProps['actions'] {
  return {
    checkNow: checkNow.bind(null, enrollmentId),
    answer: answer.bind(null, enrollmentId),
    noteHelp: noteHelp.bind(null, enrollmentId),
    startSandbox: startSandbox.bind(null, enrollmentId),
    resetSandbox: resetSandbox.bind(null, enrollmentId),
    prepareStep: prepareStep.bind(null, enrollmentId),
    extendSandbox: extendSandbox.bind(null, enrollmentId),
    staySandbox: staySandbox.bind(null, enrollmentId),
    keepLayout: keepLayout.bind(null, enrollmentId),
    snapshots: {
      list: listSnapshots.bind(null, enrollmentId),
      save: saveSnapshot.bind(null, enrollmentId),
      rename: renameSnapshot.bind(null, enrollmentId),
      remove: removeSnapshot.bind(null, enrollmentId),
      restore: restoreSnapshot.bind(null, enrollmentId),
    },
    confirmRecording: confirmRecording.bind(null, enrollmentId),
    returnLink: returnLink.bind(null, enrollmentId),
  };
}
