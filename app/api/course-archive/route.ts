import { requirePermission } from '#server/accounts/permissions.ts';
import { requireActor } from '#server/accounts/session.ts';
import { recordAudit } from '#server/audit/record-audit.ts';
import { AppError } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';
import { LARGEST_ARCHIVE_BYTES } from '#server/shared/mirror.ts';
import { actionResult } from '../../action-result.ts';
import { bodyOf, refuseForeignPages } from '../requests.ts';

const LONGEST_NAME = 100;

/** `POST /api/course-archive?name=…`: the body is a course, packed; read as it comes. Answers an action's result. */
export async function POST(request: Request): Promise<Response> {
  const result = await actionResult('import_archive', async () => {
    const actor = await requireActor(request.headers);
    requirePermission(actor, 'course:import', 'other');
    refuseForeignPages(request.headers);
    // It may bring images for the mirror, which are held to the mirror's bounds.
    if (Number(request.headers.get('content-length')) > LARGEST_ARCHIVE_BYTES)
      throw new AppError('archive_too_large', 'the archive is larger than is taken');
    const name = (new URL(request.url).searchParams.get('name') ?? '').slice(0, LONGEST_NAME);
    const source = { kind: 'archive' as const, archive: bodyOf(request), name };
    const report = await runtime().imports.import({ source, importedBy: actor.name, signal: request.signal });
    if (report.outcome === 'imported') {
      const detail = report.images.join(', ');
      await recordAudit({ actor, action: 'course.import', targetType: 'course', targetId: report.courseId, detail });
    }
    return report;
  });
  return Response.json(result, { headers: { 'cache-control': 'no-store' } });
}
