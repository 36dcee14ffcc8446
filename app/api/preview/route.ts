import { z } from 'zod';
import { relationToEnrollment } from '#server/accounts/permissions.ts';
import { requireActor } from '#server/accounts/session.ts';
import { recordAudit } from '#server/audit/record-audit.ts';
import { AppError, errorCode } from '#server/errors.ts';
import { log } from '#server/log.ts';
import { requireSeat } from '#server/progress/require-copy.ts';
import { runtime } from '#server/runtime.ts';
import { copyOfSeat } from '#server/shared/copy-seat.ts';
import { tcpPort } from '#server/shared/protocol.ts';
import { requestLanguage } from '../../request-language.ts';
import { siteAddress } from '../../site-address.ts';

const asked = z.object({
  seat: z.string().min(1).max(160),
  port: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .pipe(tcpPort),
});

/** `GET /api/preview?seat=…&port=…`: asks the permission table and sends the browser on to the preview's own origin. */
export async function GET(request: Request): Promise<Response> {
  const language = await requestLanguage();
  const query = new URL(request.url).searchParams;
  const parsed = asked.safeParse({ seat: query.get('seat'), port: query.get('port') });
  try {
    refuseForeignPages(request.headers);
    if (!parsed.success) throw new AppError('bad_request', 'no seat or no port', { cause: parsed.error });
    const location = await openPreview(request.headers, { ...parsed.data, language });
    const headers = { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };
    return new Response(null, { status: 303, headers });
  } catch (error) {
    const code = errorCode(error);
    if (code === 'internal') log.error('preview.not_opened', error);
    const about = { port: parsed.data?.port ?? null, language, acceptLanguage: undefined };
    return runtime().previews.faultPage(code, about);
  }
}

type Asked = { seat: string; port: number; language: string };

async function openPreview(headers: Headers, { seat: seatId, port, language }: Asked): Promise<string> {
  // Kept as long as the preview: signing out ends it too.
  const signedIn = new Headers({ cookie: headers.get('cookie') ?? '' });
  const require = async () => {
    const actor = await requireActor(signedIn);
    return { actor, seat: await requireSeat({ actor, seatId, action: 'preview:open' }) };
  };
  const { actor, seat } = await require();
  const isOwn = copyOfSeat(seatId) === null && relationToEnrollment(actor, seat) === 'own';
  const ask = async () => {
    await require();
  };
  const location = runtime().previews.open({ seatId, port, site: await siteAddress(), language, isOwn, ask });
  if (!isOwn)
    await recordAudit({ actor, action: 'preview.open', targetType: 'seat', targetId: seatId, detail: `port ${port}` });
  return location;
}

/** Only a page of ours, or the address bar, opens a preview. */
function refuseForeignPages(headers: Headers): void {
  const from = headers.get('sec-fetch-site');
  if (from === null || from === 'same-origin' || from === 'none') return;
  throw new AppError('foreign_origin', `a preview asked for by a ${from} page`);
}
