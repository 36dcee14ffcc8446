/** What `npm start` runs. Node's built-ins only: on a fresh machine nothing else is there yet. */
import { spawn } from 'node:child_process';
import { NODE, prepare, ROOT } from './setup/prepare.mjs';
import { say } from './setup/report.mjs';

const development = process.argv.includes('--dev');

try {
  await prepare({ build: !development });
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

say('Starting the server');
const server = spawn(NODE, ['--disable-warning=ExperimentalWarning', 'server/index.ts'], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, NODE_ENV: development ? 'development' : 'production', NEXT_TELEMETRY_DISABLED: '1' },
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => server.kill(signal));
server.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal ? 1 : 0);
});
