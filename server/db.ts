import type { PrismaClient } from '#prisma/generated/sqlite/client.ts';
import { AppError } from './errors.ts';

/**
 * The database of this process. Typed as SQLite's client also for PostgreSQL: its inputs are a subset of
 * PostgreSQL's, so whatever compiles works on both.
 */
export type Database = PrismaClient;
/** What a transaction's callback gets. Inside it use nothing else: on SQLite any other query waits for its end. */
export type Transaction = Parameters<Parameters<Database['$transaction']>[0]>[0];

/** The server's modules and the pages' bundle are two copies: the global object is what they share. */
const KEY = Symbol.for('chapterhouse.database');
export type DatabaseProvider = 'sqlite' | 'postgresql';
type OpenDatabase = { client: Database; provider: DatabaseProvider };
const shared = globalThis as { [KEY]?: OpenDatabase };

/** The open database. */
export const db = (): Database => current().client;

/** For libraries that must know which kind it is; our own code never asks. */
export const databaseProvider = (): DatabaseProvider => current().provider;

function current(): OpenDatabase {
  const open = shared[KEY];
  if (!open) throw new AppError('internal', 'the database has not been opened');
  return open;
}

/** Opens `file:/path` (SQLite) or `postgresql://…`; the tables must be there already (prisma/migrate.ts). */
export async function openDatabase({ url }: { url: string }): Promise<Database> {
  if (shared[KEY]) throw new AppError('internal', 'the database is open already');
  // Only the server opens the database: this keeps the drivers out of the pages' bundle.
  const { connect } = await import(/* turbopackIgnore: true */ /* webpackIgnore: true */ './db/connect.ts');
  const client = await connect(url);
  shared[KEY] = { client, provider: url.startsWith('file:') ? 'sqlite' : 'postgresql' };
  return client;
}

/** Safe to call twice. */
export async function closeDatabase(): Promise<void> {
  const open = shared[KEY];
  delete shared[KEY];
  await open?.client.$disconnect();
}

/** Throws when the database does not answer. */
export async function pingDatabase(): Promise<void> {
  await db().oneTimeLink.findFirst({ select: { id: true } });
}
