import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient as PostgresqlClient } from '#prisma/generated/postgresql/client.ts';
import { PrismaClient as SqliteClient } from '#prisma/generated/sqlite/client.ts';
import { log } from '#server/log.ts';
import { IsolatedSqlite } from './isolated-sqlite.ts';

/** Long enough to queue behind a class of thirty that joins at once. */
const TRANSACTION_WAIT_MS = 10_000;
const TRANSACTION_LIMIT_MS = 10_000;
const POOL_SIZE = 10;
/** How long PostgreSQL may keep us waiting for a connection or a lock before the user is told to try again. */
const PATIENCE_MS = 5_000;

const transactionOptions = { maxWait: TRANSACTION_WAIT_MS, timeout: TRANSACTION_LIMIT_MS };

/** A client that has proven it can talk to the database. */
export async function connect(url: string): Promise<SqliteClient> {
  const client = url.startsWith('file:') ? openSqlite(url) : openPostgresql(url);
  try {
    await client.$connect();
    await client.oneTimeLink.findFirst({ select: { id: true } });
    return client;
  } catch (error) {
    await client.$disconnect();
    throw error;
  }
}

function openSqlite(url: string): SqliteClient {
  return new SqliteClient({ adapter: new IsolatedSqlite({ url }), transactionOptions });
}

function openPostgresql(url: string): SqliteClient {
  const adapter = new PrismaPg(
    {
      connectionString: url,
      max: POOL_SIZE,
      connectionTimeoutMillis: PATIENCE_MS,
      options: `-c lock_timeout=${PATIENCE_MS}`,
    },
    { onPoolError: (error) => log.error('database.connection_lost', error) },
  );
  const client = new PostgresqlClient({ adapter, transactionOptions });
  // The models are the same; the SQLite client's types are the narrower ones (see server/db.ts).
  return client as unknown as SqliteClient;
}
