import { errorCode } from '#server/errors.ts';
import { runtime } from '#server/runtime.ts';

/**
 * `GET /api/health`: 200 while the process lives and answers. `GET /api/health?ready=1`: 200 only when a lesson
 * could begin, else 503; both name each thing looked at. No figures that would help a stranger.
 */
export async function GET(request: Request): Promise<Response> {
  const wantsReady = new URL(request.url).searchParams.has('ready');
  try {
    const { ready, checks } = await runtime().system.readiness();
    return answer(wantsReady && !ready ? 503 : 200, { status: ready ? 'ready' : 'live', checks });
  } catch (error) {
    return answer(503, { status: 'failing', code: errorCode(error) });
  }
}

function answer(status: number, body: object): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
}
