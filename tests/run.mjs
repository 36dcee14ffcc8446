/** What `npm test` runs: makes the machine ready, then every suite; the last line is the true total. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { command } from '../server/setup/command.mjs';
import { NODE, prepare, ROOT } from '../server/setup/prepare.mjs';
import { elapsed, say } from '../server/setup/report.mjs';
import { TESTS } from '../server/setup/system-packages.mjs';

const RESULTS = path.join(ROOT, 'test-results/reports');
const bin = (name) => path.join(ROOT, 'node_modules/.bin', name);
const PATH = `${path.join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`;
const BASE_ENV = {
  PATH,
  NEXT_TELEMETRY_DISABLED: '1',
  CHAPTERHOUSE_LOG_LEVEL: process.env.CHAPTERHOUSE_LOG_LEVEL ?? 'warn',
};

const totals = { passed: 0, failed: 0 };
const failures = [];

function count(name, { passed, failed }) {
  totals.passed += passed;
  totals.failed += failed;
  if (failed > 0) failures.push(name);
  say(`${name}: ${passed} passed, ${failed} failed`);
}

/** A check that is one yes or no: format and lint, import rules, types. */
async function single(name, file, args, env = {}) {
  const started = Date.now();
  try {
    await command(file, args, { cwd: ROOT, env: { ...BASE_ENV, ...env } });
    count(`${name} (${elapsed(started)})`, { passed: 1, failed: 0 });
  } catch (error) {
    process.stdout.write(`${error.message}\n`);
    count(name, { passed: 0, failed: 1 });
  }
}

/** A suite with a report of its own. No report, or a report without tests, is a failure. */
async function suite(name, { file, args, report, read, env = {} }) {
  const started = Date.now();
  rmSync(report, { force: true });
  say(`${name} …`);
  let died = false;
  try {
    await command(file, args, { cwd: ROOT, env: { ...BASE_ENV, ...env }, show: true });
  } catch {
    died = true;
  }
  const result = existsSync(report) ? read(JSON.parse(readFileSync(report, 'utf8'))) : { passed: 0, failed: 0 };
  if (result.failed === 0 && (died || result.passed === 0)) result.failed = 1;
  count(`${name} (${elapsed(started)})`, result);
}

/** One project's tests, or those of its files that `only` names. */
function vitest(project, { env, name = project, only = [] } = {}) {
  const report = path.join(RESULTS, `${name.replaceAll(' ', '-')}.json`);
  return suite(name, {
    file: bin('vitest'),
    args: [
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
      ...only,
    ],
    report,
    env,
    read: (json) => ({
      passed: json.numPassedTests,
      // A file that does not load has no tests to fail; a skipped test is one that did not run where it should.
      failed:
        json.numFailedTests +
        json.numPendingTests +
        json.numTodoTests +
        json.testResults.filter((result) => result.status === 'failed' && result.assertionResults.length === 0).length,
    }),
  });
}

const IN_SANDBOXES = (file) => /integration\/(chaos|courses|sandboxes|engine|keeper)/.test(file);

/**
 * Attacks on the machine itself: bombs, floods, firewalls flushed. They disturb whatever runs beside them and take as long
 * as all the rest, so they are a command of their own.
 */
const ISOLATION = (file) => /integration\/(escape|network)/.test(file);
const isolationOnly = process.argv.includes('--isolation');

/** Every test file is in one part or another: a new folder is never forgotten. */
function filesOf(project, wanted) {
  const folder = path.join(ROOT, 'tests', project);
  return readdirSync(folder, { recursive: true })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `tests/${project}/${file}`)
    .filter(wanted);
}

function playwright(env) {
  const report = path.join(RESULTS, 'e2e.json');
  return suite('end to end', {
    file: bin('playwright'),
    args: ['test'],
    report,
    env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: report },
    read: ({ stats }) => ({ passed: stats.expected, failed: stats.unexpected + stats.flaky + stats.skipped }),
  });
}

/** The engine and the lab image that contract, integration and end-to-end tests share, kept apart from a served one. */
async function withEngine(run) {
  const cli = path.join(ROOT, 'tests/support/test-engine-cli.ts');
  let env;
  try {
    say('engine and lab image for the tests …');
    const output = await command(NODE, [cli, 'up'], { cwd: ROOT, env: BASE_ENV });
    env = JSON.parse(output.trim().split('\n').at(-1));
    count('engine and lab image', { passed: 1, failed: 0 });
  } catch (error) {
    process.stdout.write(`${error.message}\n`);
    count('engine and lab image', { passed: 0, failed: 1 });
  }
  await run(env ?? {});
  await single('engine leaves nothing behind', NODE, [cli, 'down']);
}

const began = Date.now();
try {
  await prepare({ extraPackages: TESTS });
  mkdirSync(RESULTS, { recursive: true });
  await single('format and lint', bin('biome'), ['check', '--error-on-warnings', '.']);
  await single('import rules', NODE, ['tests/support/check-imports.ts']);
  await single('types', bin('tsc'), ['--noEmit']);
  await vitest('unit');
  await withEngine(async (env) => {
    if (isolationOnly)
      return vitest('integration', { env, name: 'isolation', only: filesOf('integration', ISOLATION) });
    await vitest('contract', { env });
    // Two cores: real sandboxes wait for their systems to boot, while databases and sockets need the processor.
    await Promise.all([
      vitest('integration', { env, name: 'integration, sandboxes', only: filesOf('integration', IN_SANDBOXES) }),
      vitest('integration', {
        env,
        name: 'integration, the rest',
        only: filesOf('integration', (f) => !IN_SANDBOXES(f) && !ISOLATION(f)),
      }),
    ]);
    await playwright(env);
  });
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
  count('making the machine ready', { passed: 0, failed: 1 });
}
if (failures.length > 0) say(`failed: ${failures.join('; ')}`);
say(`all of it took ${elapsed(began)}`);
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed\n`);
process.exitCode = totals.failed > 0 ? 1 : 0;
