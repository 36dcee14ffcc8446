import { ERROR_TABLE, type ErrorCode, isErrorCode } from '#server/shared/error-codes.ts';

/** A refusal the user can act on. `message` is for the log; the user reads the code's words in their language. */
export class AppError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
  }
}

/** The code of any thrown thing. Read by property: the server and Next's bundle hold two copies of the class. */
export function errorCode(error: unknown): ErrorCode {
  if (typeof error === 'object' && error !== null && 'code' in error && isErrorCode(error.code)) return error.code;
  return isDatabaseBusy(error) ? 'database_busy' : 'internal';
}

export const httpStatus = (code: ErrorCode): number => ERROR_TABLE[code].http;
export const closeCode = (code: ErrorCode): number => ERROR_TABLE[code].close;

/** Prisma's P1008 (timed out waiting for a lock) and P2034 (write conflict) are worth another try by the user. */
function isDatabaseBusy(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return error.code === 'P1008' || error.code === 'P2034' || error.code === 'SQLITE_BUSY';
}
