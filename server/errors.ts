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

/**
 * Faults that another try may mend, as Prisma names them: no answer in time (P1001, P1008, P1017), no free connection
 * (P2024, P2037), no turn for a transaction (P2028), a write conflict (P2034).
 */
const BUSY_CODES: ReadonlySet<unknown> = new Set([
  ...['P1001', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034', 'P2037', 'SQLITE_BUSY'],
  // PostgreSQL's own: serialisation failure, deadlock, lock timeout.
  ...['40001', '40P01', '55P03'],
]);

function isDatabaseBusy(error: unknown): boolean {
  if (BUSY_CODES.has(read(error, 'code'))) return true;
  const driverError = read(read(error, 'meta'), 'driverAdapterError');
  return BUSY_CODES.has(read(read(driverError, 'cause'), 'code'));
}

function read(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
