import { log } from '#server/log.ts';

/** What the filter lets nobody ask. The message goes back to whoever asked, and into the log. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'Refused';
    this.status = status;
  }
}

export const forbidden = (message: string) => new Refused(403, `refused by the keeper: ${message}`);

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw forbidden('JSON that cannot be read');
  }
}

/** What is told to whoever asked. Null: the engine is away, and so is this connection then. */
export function refusalOf(error: unknown): { status: number; message: string } | null {
  if (error instanceof Refused) return { status: error.status, message: error.message };
  if (isAway(error)) return null;
  log.error('filter.failed', error);
  return { status: 500, message: 'the keeper met a fault of its own' };
}

const AWAY = new Set<unknown>(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']);
const isAway = (error: unknown) => error instanceof Error && 'code' in error && AWAY.has(error.code);
