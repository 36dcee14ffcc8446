import path from 'node:path';
import { adminExists, createAdminLink } from './accounts/one-time-links.ts';
import { compose } from './compose.ts';
import { readConfig } from './config.ts';
import { AppError } from './errors.ts';
import { startHttpServer } from './http-server.ts';
import { log } from './log.ts';
import { becomeSole } from './sole-process.ts';

/** The process entry: compose, serve, and let go in order when told to. */
const ROOT = path.resolve(import.meta.dirname, '..');

const say = (text: string) => process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const config = readConfig(process.env, ROOT);
  // Two of them would take over, warn and end the same sandboxes.
  await becomeSole({ home: config.home, role: 'web' });
  const product = await compose(config);
  const server = await startHttpServer({
    host: config.host,
    port: config.port,
    publicUrl: config.url,
    trustProxy: config.trustProxy,
    root: ROOT,
    development: process.env.NODE_ENV === 'development',
    doors: product.doors,
    preview: product.preview,
    previewPort: config.preview.port,
  });
  const url = config.url ?? `http://${isEverywhere(config.host) ? 'localhost' : config.host}:${server.port}`;
  if (!(await adminExists()))
    say(`First run. Open this link once to become the admin: ${await createAdminLink({ baseUrl: url })}`);
  if (product.fallbackReason !== null) say(`No containers here: ${product.fallbackReason}. Shells run in bubblewrap.`);
  say(`Chapterhouse is at ${url}`);
  product.begin();

  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    // A second signal means now.
    if (stopping) process.exit(1);
    stopping = true;
    log.info('server.stopping', { signal });
    server.stopListening();
    product
      .dispose()
      .then(() => server.close())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          log.error('server.stop_failed', error);
          process.exit(1);
        },
      );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // A fault in one request or one timer must not end every student's terminal.
  process.on('uncaughtException', (error) => log.error('server.uncaught', error));
  process.on('unhandledRejection', (error) => log.error('server.unhandled', error));
}

const isEverywhere = (host: string) => host === '0.0.0.0' || host === '::';

main().catch((error: unknown) => {
  // Faults of a start are for the one who started it: words first, the stack only where it is no refusal.
  const words =
    error instanceof AppError ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`Chapterhouse could not start: ${words}\n`);
  process.exit(1);
});
