import path from 'node:path';
import { log } from '#server/log.ts';
import { becomeSole } from '#server/sole-process.ts';
import { Keeper } from './keeper.ts';
import { readKeeperConfig } from './keeper-config.ts';

/** The entry of the one process that is root: it listens on no network, and takes no more than its two sockets carry. */
const ROOT = path.resolve(import.meta.dirname, '../..');

async function main(): Promise<void> {
  process.umask(0o022);
  const config = readKeeperConfig(process.env, ROOT);
  // Before the sockets are touched: they may be those of one that lives.
  await becomeSole({ home: config.home, role: 'keeper' });
  const keeper = new Keeper(config);
  await keeper.start();
  log.info('keeper.ready');
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    // A second signal means now.
    if (stopping) process.exit(1);
    stopping = true;
    log.info('keeper.stopping', { signal });
    keeper.dispose().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error('keeper.stop_failed', error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // A fault in one request must not end what every sandbox hangs on.
  process.on('uncaughtException', (error) => log.error('keeper.uncaught', error));
  process.on('unhandledRejection', (error) => log.error('keeper.unhandled', error));
}

main().catch((error: unknown) => {
  process.stderr.write(`The keeper could not start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
