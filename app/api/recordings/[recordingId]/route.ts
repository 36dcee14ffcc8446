import { requireActor } from '#server/accounts/session.ts';
import { openRecording } from '#server/classrooms/recordings.ts';
import { AppError, errorCode, httpStatus } from '#server/errors.ts';
import { log } from '#server/log.ts';
import { runtime } from '#server/runtime.ts';

type Context = { params: Promise<{ recordingId: string }> };

/** `GET /api/recordings/<id>`: the asciicast, to the page that plays it or with `?download` into a file. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  try {
    refuseForeignPages(request.headers);
    const actor = await requireActor(request.headers);
    const { recordingId } = await params;
    const how = new URL(request.url).searchParams.has('download') ? 'downloaded' : 'watched';
    const opened = await openRecording({ actor, recordingId, how });
    const { stream } = await runtime().recordings.read(opened.recordingId);
    return new Response(stream(), { headers: headersFor(opened.startedAt) });
  } catch (error) {
    const code = errorCode(error);
    if (code === 'internal') log.error('recording.read_failed', error);
    return Response.json({ code }, { status: httpStatus(code), headers: { 'cache-control': 'no-store' } });
  }
}

/** A page elsewhere could make a teacher's browser ask, and the audit log would name them. */
function refuseForeignPages(headers: Headers): void {
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin' && site !== 'none')
    throw new AppError('foreign_origin', `a recording asked for from ${site}`);
}

/** What a student's programs printed is never shown as a page, whoever opens the address. */
function headersFor(startedAt: Date): Record<string, string> {
  const name = `recording-${startedAt.toISOString().slice(0, 19).replaceAll(':', '-')}.cast`;
  return {
    'content-type': 'application/x-asciicast',
    'content-disposition': `attachment; filename="${name}"`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
  };
}
