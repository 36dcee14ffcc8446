/** What `npm start` runs. Node's built-ins only: on a fresh machine nothing else is there yet. */
import { followNpm } from './launch/follow-npm.mjs';
import { planLaunch } from './launch/plan-launch.mjs';
import { supervise } from './launch/supervise.mjs';
import { prepare, ROOT } from './setup/prepare.mjs';
import { say } from './setup/report.mjs';

const development = process.argv.includes('--dev');

followNpm(process.env);
try {
  await prepare({ build: !development });
  const launch = await planLaunch({ root: ROOT, env: process.env, development, say });
  process.exitCode = await supervise(launch, say);
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
