'use server';

import { headers } from 'next/headers';
import { z } from 'zod';
import type { Action } from '#server/accounts/permissions.ts';
import { requireActor } from '#server/accounts/session.ts';
import { requireEnrollment } from '#server/classrooms/find-enrollment.ts';
import { createReturnLink } from '#server/classrooms/return-links.ts';
import { keepTerminalLayout } from '#server/classrooms/terminal-layouts.ts';
import { AppError } from '#server/errors.ts';
import { answerQuestion } from '#server/progress/answer-question.ts';
import { enrollmentProgress } from '#server/progress/progress-view.ts';
import { runtime } from '#server/runtime.ts';
import type { SandboxView, StepProgressView } from '#server/shared/protocol.ts';
import { type TerminalLayout, terminalLayout } from '#server/shared/terminal-layout.ts';
import type { ActionResult, Answer } from '#server/shared/views.ts';
import { actionResult } from '../action-result.ts';
import { siteAddress } from '../site-address.ts';

const enrollmentIdShape = z.string().min(1).max(64);
const stepKeyShape = z.string().min(1).max(128);
const answerShape = z.strictObject({
  stepKey: stepKeyShape,
  answer: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('choices'), ids: z.array(z.string().max(64)).max(32) }),
    z.strictObject({ kind: z.literal('text'), text: z.string().max(1000) }),
  ]),
});

/** Runs a step's check now. Its result comes through the live door. */
export async function checkNow(enrollmentId: string, stepKey: string): Promise<ActionResult<null>> {
  return actionResult('checkNow', async () => {
    const seat = await mySeat(enrollmentId, 'check:run');
    const key = parse(stepKeyShape, stepKey);
    await requireOwnWork(seat, key);
    await runtime().checks.request({ ...seat, stepKey: key, trigger: 'asked' });
    return null;
  });
}

/** A fresh sandbox with the steps before this one done; how far it is comes through the live door. */
export async function prepareStep(enrollmentId: string, stepKey: string): Promise<ActionResult<SandboxView>> {
  return actionResult('prepareStep', async () => {
    const seat = await mySeat(enrollmentId, 'sandbox:reset');
    return runtime().preparer.prepareStep(seat, parse(stepKeyShape, stepKey));
  });
}

/** What the course did in this sandbox is not the student's pass; a step they passed before may be looked at again. */
async function requireOwnWork(seat: { enrollmentId: string; courseId: string }, stepKey: string): Promise<void> {
  if (!runtime().preparer.doneForThem(seat).includes(stepKey)) return;
  const progress = await enrollmentProgress(seat.enrollmentId);
  if (progress[stepKey]?.passedAt) return;
  throw new AppError('step_done_for_you', `${stepKey} was done by the course in the sandbox of ${seat.enrollmentId}`);
}

export async function answer(
  enrollmentId: string,
  input: { stepKey: string; answer: Answer },
): Promise<ActionResult<{ step: StepProgressView; explanation: string | null }>> {
  return actionResult('answer', async () => {
    const actor = await requireActor(await headers());
    const given = parse(answerShape, input);
    const request = { actor, enrollmentId: parse(enrollmentIdShape, enrollmentId), ...given };
    const answered = await answerQuestion({ ...request, library: runtime().courses });
    runtime().facts.stepChanged(request.enrollmentId, answered.step);
    return answered;
  });
}

export async function startSandbox(enrollmentId: string): Promise<ActionResult<SandboxView>> {
  return actionResult('startSandbox', async () =>
    runtime().sandboxes.ensure(await mySeat(enrollmentId, 'sandbox:start')),
  );
}

export async function resetSandbox(enrollmentId: string): Promise<ActionResult<SandboxView>> {
  return actionResult('resetSandbox', async () =>
    runtime().sandboxes.reset(await mySeat(enrollmentId, 'sandbox:reset'), 'reset_by_student'),
  );
}

export async function extendSandbox(enrollmentId: string): Promise<ActionResult<SandboxView>> {
  return actionResult('extendSandbox', async () => {
    const seat = await mySeat(enrollmentId, 'sandbox:extend');
    return runtime().sandboxes.extend(seat.enrollmentId);
  });
}

/** They are there, though they do not type: reading is not idling. */
export async function staySandbox(enrollmentId: string): Promise<ActionResult<SandboxView>> {
  return actionResult('staySandbox', async () => {
    const seat = await mySeat(enrollmentId, 'sandbox:extend');
    runtime().sandboxes.touch(seat.enrollmentId);
    return runtime().sandboxes.view(seat.enrollmentId);
  });
}

/** How the shells stand on the page, for the next visit and other devices. */
export async function keepLayout(enrollmentId: string, layout: TerminalLayout): Promise<ActionResult<null>> {
  return actionResult('keepLayout', async () => {
    const actor = await requireActor(await headers());
    const request = { enrollmentId: parse(enrollmentIdShape, enrollmentId), layout: parse(terminalLayout, layout) };
    await keepTerminalLayout({ actor, ...request });
    const { shells } = request.layout;
    runtime().live.publish(`enrollment:${request.enrollmentId}`, { type: 'shells', shells });
    return null;
  });
}

/** A fresh private link back to this work. */
export async function returnLink(enrollmentId: string): Promise<ActionResult<string>> {
  return actionResult('returnLink', async () => {
    const actor = await requireActor(await headers());
    const baseUrl = await siteAddress();
    return createReturnLink({ actor, enrollmentId: parse(enrollmentIdShape, enrollmentId), baseUrl });
  });
}

/** The seat, when it may be used so by whoever is signed in. */
async function mySeat(enrollmentId: string, action: Action): Promise<{ enrollmentId: string; courseId: string }> {
  const actor = await requireActor(await headers());
  const { courseId } = await requireEnrollment({ actor, enrollmentId: parse(enrollmentIdShape, enrollmentId), action });
  return { enrollmentId, courseId };
}

function parse<T>(shape: z.ZodType<T>, value: unknown): T {
  const parsed = shape.safeParse(value);
  if (!parsed.success) throw new AppError('bad_request', 'an action got something else than its form sends');
  return parsed.data;
}
