import { AppError, errorCode, httpStatus } from '#server/errors.ts';
import { log } from '#server/log.ts';
import { runtime } from '#server/runtime.ts';
import { isFilePath, nameOf } from '#server/shared/file-paths.ts';
import { fileWrite } from '#server/shared/file-views.ts';
import { actionResult } from '../../../../action-result.ts';
import { bodyOf, refuseForeignPages } from '../../../requests.ts';
import { type Context, requireFilesSeat } from '../files-seat.ts';

/** Whatever a student's file is, it never becomes a page of ours. */
const NEVER_A_PAGE = {
  'content-type': 'application/octet-stream',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "sandbox; default-src 'none'",
  'cache-control': 'no-store',
};

/** `PUT /api/files/<seat>/content?clash=…&directory=…&name=…`: the body is the file. Answers an action's result. */
export async function PUT(request: Request, context: Context): Promise<Response> {
  const result = await actionResult('write_file', async () => {
    const seatId = await requireFilesSeat(request, context);
    refuseForeignPages(request.headers);
    const parsed = fileWrite.safeParse(Object.fromEntries(new URL(request.url).searchParams));
    if (!parsed.success) throw new AppError('bad_request', 'a file was sent to a place that is none');
    const { files } = runtime();
    if (Number(request.headers.get('content-length')) > files.limitBytes)
      throw new AppError('file_too_large', 'a file is larger than is taken');
    return files.write(seatId, { where: parsed.data, chunks: bodyOf(request), signal: request.signal });
  });
  return Response.json(result, { headers: { 'cache-control': 'no-store' } });
}

/** `GET /api/files/<seat>/content?path=…`: the file, to be kept and never shown. */
export async function GET(request: Request, context: Context): Promise<Response> {
  try {
    const seatId = await requireFilesSeat(request, context);
    const path = new URL(request.url).searchParams.get('path') ?? '';
    if (!isFilePath(path)) throw new AppError('bad_request', 'a file was asked for by no path');
    const { pieces } = await runtime().files.download(seatId, path, request.signal);
    // No length: Next.js takes it away from what is streamed.
    const headers = { ...NEVER_A_PAGE, 'content-disposition': attachment(path) };
    return new Response(streamOf(pieces), { headers });
  } catch (error) {
    const code = errorCode(error);
    if (code === 'internal') log.error('files.download_failed', error);
    return Response.json({ ok: false, code }, { status: httpStatus(code), headers: { 'cache-control': 'no-store' } });
  }
}

/** By RFC 6266: an ASCII name for old readers, the true one encoded. Nothing in it can end the header or the quotes. */
function attachment(path: string): string {
  const name = nameOf(path) || 'file';
  const plain = name.replace(/[^\w.+ -]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

/** One piece is read ahead of the browser, no more. */
function streamOf(pieces: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await pieces.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
