import { setTimeout as sleep } from 'node:timers/promises';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import type { SqlDriverAdapter, SqlQuery, Transaction } from '@prisma/driver-adapter-utils';
import { Turnstile } from './turnstile.ts';

/**
 * Prisma's SQLite adapter has one connection and lets statements from elsewhere join an open transaction: others read
 * what is not committed, and lose what they wrote when it rolls back. Here each statement and each transaction takes
 * its turn.
 */

/** Waiting inside SQLite stops the whole process, terminals included: wait a moment there, the rest in JavaScript. */
const BUSY_INSIDE_MS = 20;
const BUSY_PAUSE_MS = 25;
/** Another process may hold the file this long before the user is told to try again. */
const BUSY_LIMIT_MS = 5_000;

/** FULL: what was acknowledged is on disk, power loss included. */
const PRAGMAS = `
PRAGMA busy_timeout = ${BUSY_LIMIT_MS};
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA busy_timeout = ${BUSY_INSIDE_MS};
`;

export class IsolatedSqlite extends PrismaBetterSqlite3 {
  override async connect(): Promise<SqlDriverAdapter> {
    const inner = await super.connect();
    await inner.executeScript(PRAGMAS);
    return new IsolatedConnection(inner);
  }
}

class IsolatedConnection implements SqlDriverAdapter {
  readonly provider = 'sqlite';
  readonly adapterName: string;
  readonly #inner: SqlDriverAdapter;
  /** One that waits for another process keeps only those behind it waiting that write too. */
  readonly #writers = new Turnstile();
  readonly #turns = new Turnstile();

  constructor(inner: SqlDriverAdapter) {
    this.#inner = inner;
    this.adapterName = inner.adapterName;
  }

  queryRaw(query: SqlQuery) {
    const run = () => this.#inner.queryRaw(query);
    return isReading(query) ? patiently(() => this.#turns.run(run), deadline()) : this.#write(run);
  }

  executeRaw(query: SqlQuery) {
    return this.#write(() => this.#inner.executeRaw(query));
  }

  executeScript(script: string) {
    return this.#write(() => this.#inner.executeScript(script));
  }

  async startTransaction(): Promise<Transaction> {
    const until = deadline();
    const endWriting = await this.#writers.enter();
    try {
      const endTurn = await patiently(() => this.#begin(), until);
      return openTransaction(this.#inner, () => {
        endTurn();
        endWriting();
      });
    } catch (error) {
      endWriting();
      throw error;
    }
  }

  /** Resolves with what ends the turn that the open transaction holds. */
  async #begin(): Promise<() => void> {
    const leave = await this.#turns.enter();
    try {
      // IMMEDIATE: takes the file's write lock now, so that no statement within can find it gone.
      await this.#inner.executeRaw(statement('BEGIN IMMEDIATE'));
      return leave;
    } catch (error) {
      leave();
      throw error;
    }
  }

  #write<T>(job: () => Promise<T>): Promise<T> {
    const until = deadline();
    return this.#writers.run(() => patiently(() => this.#turns.run(job), until));
  }

  async dispose(): Promise<void> {
    await this.#turns.run(() => this.#inner.dispose());
  }
}

function openTransaction(inner: SqlDriverAdapter, leave: () => void): Transaction {
  const execute = async (sql: string) => {
    await inner.executeRaw(statement(sql));
  };
  const rollback = async () => {
    try {
      await execute('ROLLBACK');
    } catch (error) {
      // SQLite has rolled back by itself already, after a full disk for one.
      if (!isNoTransaction(error)) throw error;
    } finally {
      leave();
    }
  };
  return {
    provider: inner.provider,
    adapterName: inner.adapterName,
    // "Phantom": commit and rollback send their own statements, so that the turn always ends.
    options: { usePhantomQuery: true },
    queryRaw: (query) => inner.queryRaw(query),
    executeRaw: (query) => inner.executeRaw(query),
    commit: async () => {
      try {
        await patiently(() => execute('COMMIT'), deadline());
      } catch (error) {
        await rollback();
        throw error;
      }
      leave();
    },
    rollback,
    createSavepoint: (name) => execute(`SAVEPOINT ${name}`),
    rollbackToSavepoint: (name) => execute(`ROLLBACK TO ${name}`),
    releaseSavepoint: (name) => execute(`RELEASE SAVEPOINT ${name}`),
  };
}

const statement = (sql: string): SqlQuery => ({ sql, args: [], argTypes: [] });

const isReading = ({ sql }: SqlQuery) => /^\s*SELECT\b/i.test(sql);

/** Counted from the call, so that a whole class that waits in line is told at the same time, not one after the other. */
const deadline = () => performance.now() + BUSY_LIMIT_MS;

/** Tries again while another process holds the file, up to the limit; at least once. */
async function patiently<T>(job: () => Promise<T>, until: number): Promise<T> {
  for (;;) {
    try {
      return await job();
    } catch (error) {
      if (!isBusy(error) || performance.now() > until) throw error;
    }
    await sleep(BUSY_PAUSE_MS);
  }
}

type AdapterCause = { kind: string; message?: string };

function causeOf(error: unknown): AdapterCause | null {
  if (!(error instanceof Error) || typeof error.cause !== 'object' || error.cause === null) return null;
  return 'kind' in error.cause && typeof error.cause.kind === 'string' ? (error.cause as AdapterCause) : null;
}

/** The adapter calls SQLITE_BUSY a socket timeout. */
const isBusy = (error: unknown) => causeOf(error)?.kind === 'SocketTimeout';
const isNoTransaction = (error: unknown) => causeOf(error)?.message?.includes('no transaction is active') ?? false;
