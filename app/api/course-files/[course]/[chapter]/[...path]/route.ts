import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { errorCode, httpStatus } from '#server/errors.ts';
import { log } from '#server/log.ts';
import { runtime } from '#server/runtime.ts';

type Context = { params: Promise<{ course: string; chapter: string; path: string[] }> };

const CONTENT_TYPES: Record<string, string> = { '.svg': 'image/svg+xml', '.png': 'image/png', '.webp': 'image/webp' };

/** A figure of a chapter. Only files that the library listed can be named, so no path from outside reaches the disk. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  try {
    const { course, chapter, path: parts } = await params;
    const file = runtime().courses.figureFile(course, chapter, parts.join('/'));
    return new Response(new Uint8Array(await readFile(file)), { headers: headersFor(file, request) });
  } catch (error) {
    const code = errorCode(error);
    if (code === 'internal') log.error('course_file.failed', error);
    return new Response(null, { status: httpStatus(code) });
  }
}

function headersFor(file: string, request: Request): Record<string, string> {
  const versioned = new URL(request.url).searchParams.has('v');
  return {
    'content-type': CONTENT_TYPES[path.extname(file)] ?? 'application/octet-stream',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'x-content-type-options': 'nosniff',
    'cache-control': versioned ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
}
