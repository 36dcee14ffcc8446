'use server';

import { z } from 'zod';
import { classroomGrid } from '#server/classrooms/classroom-grid.ts';
import { closeClassroom } from '#server/classrooms/close-classroom.ts';
import { createClassroom } from '#server/classrooms/create-classroom.ts';
import { AppError } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';
import { enrollmentOfSeat } from '#server/shared/copy-seat.ts';
import type { StudentRow } from '#server/shared/protocol.ts';
import type { ActionResult, ClassroomSummary } from '#server/shared/views.ts';
import { joinLink, siteAddress } from '../site-address.ts';
import { acting } from './acting.ts';

const newClass = z.strictObject({ courseId: z.string().max(100), title: z.string().max(200) });
const classroomKey = z.string().min(1).max(64);

export type CreatedClass = { classroom: ClassroomSummary; joinLink: string };

export async function createClass(input: unknown): Promise<ActionResult<CreatedClass>> {
  return acting('create_class', async (actor) => {
    const { courseId, title } = read(newClass, input);
    const classroom = await createClassroom({ actor, courseId, title, library: runtime().courses });
    return { classroom, joinLink: joinLink(await siteAddress(), classroom.code) };
  });
}

/** The whole grid again, after a break in the live connection. */
export async function readRows(classroomId: string): Promise<ActionResult<StudentRow[]>> {
  return acting('read_rows', async (actor) => {
    const { courses, live } = runtime();
    const isOnline = (id: string) => live.isOnline(id);
    const key = read(classroomKey, classroomId);
    return (await classroomGrid({ actor, classroomId: key, library: courses, isOnline })).rows;
  });
}

/** Closes the class for good and ends its sandboxes; what was done stays. */
export async function closeClass(classroomId: string): Promise<ActionResult<null>> {
  return acting('close_class', async (actor) => {
    const key = read(classroomKey, classroomId);
    const { courses, sandboxes } = runtime();
    await closeClassroom({ actor, classroomId: key });
    const { rows } = await classroomGrid({ actor, classroomId: key, library: courses, isOnline: () => false });
    const seats = new Set(rows.map((row) => row.enrollmentId));
    const running = (await sandboxes.rows()).filter((row) => seats.has(enrollmentOfSeat(row.enrollmentId)));
    await Promise.allSettled(running.map((row) => sandboxes.end(row.sandboxId, 'class_closed')));
    return null;
  });
}

function read<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (!parsed.success) throw new AppError('bad_request', 'an action got what it cannot read');
  return parsed.data;
}
