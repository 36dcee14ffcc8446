import { AppError } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';
import { fileRequest } from '#server/shared/file-views.ts';
import { actionResult } from '../../../action-result.ts';
import { bodyOf, refuseForeignPages } from '../../requests.ts';
import { type Context, requireFilesSeat } from './files-seat.ts';

/** Fifty names at their longest, with each letter escaped. */
const LONGEST_REQUEST_BYTES = 128 * 1024;

/** `POST /api/files/<seat>`: one question about the files of a sandbox. Answers an action's result. */
export async function POST(request: Request, context: Context): Promise<Response> {
  const result = await actionResult('files', async () => {
    const seatId = await requireFilesSeat(request, context);
    refuseForeignPages(request.headers);
    const parsed = fileRequest.safeParse(await jsonOf(request));
    if (!parsed.success) throw new AppError('bad_request', 'files got something else than their page sends');
    return runtime().files.ask(seatId, parsed.data);
  });
  return Response.json(result, { headers: { 'cache-control': 'no-store' } });
}

async function jsonOf(request: Request): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of bodyOf(request)) {
    bytes += chunk.length;
    if (bytes > LONGEST_REQUEST_BYTES) throw new AppError('bad_request', 'a question about files that is too long');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new AppError('bad_request', 'a question about files that is no JSON');
  }
}
