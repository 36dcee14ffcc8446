'use server';

import { z } from 'zod';
import { type Actor, requirePermission } from '#server/accounts/permissions.ts';
import { recordAudit } from '#server/audit/record-audit.ts';
import { countClassesByCourse } from '#server/classrooms/classroom-store.ts';
import { gitSource } from '#server/course-imports/git-address.ts';
import { AppError } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';
import type { ImportedVersionView, ImportReport } from '#server/shared/course-version.ts';
import type { ActionResult } from '#server/shared/views.ts';
import { acting } from '../teach/acting.ts';

const folder = z.string().min(1).max(1000);
const courseIdShape = z.string().min(1).max(100);
/** Longer than git may take, and a slow disk. */
const PATIENCE_MS = 10 * 60_000;

export async function readImports(): Promise<ActionResult<ImportedVersionView[]>> {
  return acting('read_imports', async (actor) => {
    requirePermission(actor, 'system:read', 'other');
    const classes = await countClassesByCourse();
    return runtime().imports.views((courseId) => classes.get(courseId) ?? 0);
  });
}

export async function importFolder(directory: string): Promise<ActionResult<ImportReport>> {
  return acting('import_folder', async (actor) => {
    requirePermission(actor, 'course:import', 'other');
    const source = { kind: 'directory' as const, directory: read(folder, directory) };
    return told(actor, await runtime().imports.import({ source, ...asked(actor) }));
  });
}

export async function importGit(input: unknown): Promise<ActionResult<ImportReport>> {
  return acting('import_git', async (actor) => {
    requirePermission(actor, 'course:import', 'other');
    const source = { kind: 'git' as const, git: read(gitSource, input) };
    return told(actor, await runtime().imports.import({ source, ...asked(actor) }));
  });
}

/** Versions that classes work with stay. */
export async function removeCourseVersion(courseId: string): Promise<ActionResult<null>> {
  return acting('remove_course_version', async (actor) => {
    requirePermission(actor, 'course:import', 'other');
    const targetId = read(courseIdShape, courseId);
    const classes = (await countClassesByCourse()).get(targetId) ?? 0;
    if (classes > 0) throw new AppError('course_in_use', `${classes} classes work with ${targetId}`);
    await runtime().imports.remove(targetId);
    await recordAudit({ actor, action: 'course.remove', targetType: 'course', targetId });
    return null;
  });
}

const asked = (actor: Actor) => ({ importedBy: actor.name, signal: AbortSignal.timeout(PATIENCE_MS) });

async function told(actor: Actor, report: ImportReport): Promise<ImportReport> {
  if (report.outcome !== 'imported') return report;
  await recordAudit({ actor, action: 'course.import', targetType: 'course', targetId: report.courseId });
  return report;
}

function read<T>(shape: z.ZodType<T>, input: unknown): T {
  const parsed = shape.safeParse(input);
  if (!parsed.success) throw new AppError('bad_request', 'an action got what it cannot read', { cause: parsed.error });
  return parsed.data;
}
