import { AppError } from '#server/errors.ts';

const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOENT', 'ECONNRESET', 'EPIPE', 'EACCES', 'ETIMEDOUT']);

const field = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;

export const httpStatusOf = (error: unknown): number | null => {
  const status = field(error, 'statusCode');
  return typeof status === 'number' ? status : null;
};

/** Says what a failed call to the engine means for us. Our own errors pass. */
export function engineError(what: string, error: unknown): Error {
  if (error instanceof AppError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = field(error, 'code');
  if (typeof code === 'string' && UNREACHABLE.has(code)) {
    return new AppError('engine_down', `${what}: ${message}`, { cause: error });
  }
  const status = httpStatusOf(error);
  if (/no such image/i.test(message)) return new AppError('image_not_built', `${what}: ${message}`, { cause: error });
  if (status === 404 || (status === 409 && /not running|is paused|is stopped/i.test(message))) {
    return new AppError('sandbox_gone', `${what}: ${message}`, { cause: error });
  }
  return new AppError('sandbox_failed', `${what}: ${message}`, { cause: error });
}

/** Runs one call to the engine and translates its failure. */
export async function asking<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw engineError(what, error);
  }
}
