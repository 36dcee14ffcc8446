import { Readable } from 'node:stream';
import { requirePermission } from '#server/accounts/permissions.ts';
import { requireActor } from '#server/accounts/session.ts';
import { recordAudit } from '#server/audit/record-audit.ts';
import { AppError } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';
import { LARGEST_ARCHIVE_BYTES } from '#server/shared/mirror.ts';
import { actionResult } from '../../action-result.ts';
import { bodyOf, refuseForeignPages } from '../requests.ts';

/** `POST /api/mirror-archive`: the body is an archive of images, passed on as it comes. Answers an action's result. */
export async function POST(request: Request): Promise<Response> {
  const result = await actionResult('load_archive', async () => {
    const actor = await requireActor(request.headers);
    requirePermission(actor, 'mirror:write', 'other');
    refuseForeignPages(request.headers);
    const { mirror } = runtime().system;
    if (mirror === null) throw new AppError('host_incapable', 'this server has no mirror');
    if (Number(request.headers.get('content-length')) > LARGEST_ARCHIVE_BYTES)
      throw new AppError('archive_too_large', 'the archive is larger than is taken');
    const names = await mirror.load(Readable.from(bodyOf(request)), request.signal);
    await recordAudit({
      actor,
      action: 'mirror.upload',
      targetType: 'mirror',
      targetId: names[0] ?? '',
      detail: names.join(', '),
    });
    return names;
  });
  return Response.json(result, { headers: { 'cache-control': 'no-store' } });
}
