import { notFound } from 'next/navigation';
import type { Action, Actor } from '#server/accounts/permissions.ts';
import { requireEnrollment } from '#server/classrooms/find-enrollment.ts';
import { errorCode } from '#server/errors.ts';

type Asked = { classroomId: string; enrollmentId: string; action: Action };

/** A student of this class. One of another class and none at all look the same from outside. */
export async function seatOrNotFound(actor: Actor, { classroomId, enrollmentId, action }: Asked) {
  try {
    const seat = await requireEnrollment({ actor, enrollmentId, action });
    if (seat.classroomId === classroomId) return seat;
  } catch (error) {
    if (!['not_found', 'not_allowed', 'class_closed'].includes(errorCode(error))) throw error;
  }
  notFound();
}
