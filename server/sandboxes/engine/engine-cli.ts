import { createReadStream } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PUBLIC_BASE } from '#server/sandboxes/images/base-image.ts';
import { type BuildProgress, ensureLabImage } from '#server/sandboxes/images/lab-image.ts';
import { createMirror, type Mirror } from '#server/sandboxes/registry/mirror.ts';
import { connect, daemonAnswers } from './daemon.ts';
import { createEngine, type Engine } from './engine.ts';
import { planEngine } from './engine-plan.ts';
import { leftoversOf } from './leftovers.ts';
import { removeEngine } from './remove-engine.ts';

const HOME = process.env.CHAPTERHOUSE_HOME ?? '/var/lib/chapterhouse';

const USAGE = `Usage: npm run engine -- up|build|seed|status|stop|leftovers|remove [options]
  up      start the private engine and its mirror, or take over the running ones
  build   make sure of a course's sandbox image
  seed    make sure of the mirror's stand-in images, or load an archive of images
  status  what runs
  stop    end all of it, sandboxes included; images stay on disk
  leftovers  mounts, loop devices, bridges, rules and programs of it that are on the machine now
  remove  stop, and delete its images, snapshots, store and registry; needs --yes
  --home DIR     default /var/lib/chapterhouse/engine
  --index N      0-250, tells two engines on one machine apart (default 1)
  --port N       the mirror's port on the bridge (default 5000)
  --course ID    for build (default virtualization)
  --content DIR  default content
  --archive FILE for seed: what docker save wrote, or an OCI layout in a tar file
  --cache DIR    default /var/cache/chapterhouse/images
  --offline      do not ask a public registry for the base image`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    home: { type: 'string', default: process.env.CHAPTERHOUSE_ENGINE_HOME ?? path.join(HOME, 'engine') },
    index: { type: 'string', default: process.env.CHAPTERHOUSE_ENGINE_INDEX ?? '1' },
    port: { type: 'string', default: '5000' },
    course: { type: 'string', default: 'virtualization' },
    content: { type: 'string', default: 'content' },
    archive: { type: 'string' },
    cache: { type: 'string', default: '/var/cache/chapterhouse/images' },
    yes: { type: 'boolean', default: false },
    offline: { type: 'boolean', default: false },
  },
});

const options = { home: path.resolve(values.home), index: Number(values.index), registryPort: Number(values.port) };

/** A mirror that runs is used as it is: the server that started it knows what it may fetch. */
async function runningMirror(engine: Engine): Promise<Mirror> {
  const mirror = createMirror(engine.facts, { archives: values.cache });
  if (await mirror.running()) return mirror;
  await engine.start();
  await mirror.start();
  return mirror;
}

async function up(engine: Engine): Promise<void> {
  await engine.start();
  await runningMirror(engine);
}

async function build(engine: Engine): Promise<void> {
  await engine.start();
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  const onProgress = ({ phase, percent, line }: BuildProgress) => console.log(`${phase} ${percent ?? '-'} ${line}`);
  const image = await ensureLabImage({
    engine,
    courseId: values.course,
    directory: path.join(values.content, values.course, 'sandbox'),
    cacheDirectory: values.cache,
    pullBase: values.offline ? null : PUBLIC_BASE,
    onProgress,
    signal: abort.signal,
  });
  console.log(JSON.stringify(image));
}

async function seed(engine: Engine): Promise<void> {
  const mirror = await runningMirror(engine);
  const { archive } = values;
  const written = archive === undefined ? await mirror.seed() : await mirror.load(createReadStream(archive));
  console.log(written.length === 0 ? 'nothing to do' : `wrote ${written.join(', ')}`);
}

async function status(engine: Engine): Promise<void> {
  const plan = planEngine(options);
  const answers = await daemonAnswers(plan);
  const containers = answers ? (await connect(plan).listContainers()).length : 0;
  const mirror = await createMirror(engine.facts).running();
  console.log(
    JSON.stringify({ engine: answers ? 'running' : 'stopped', containers, mirror, ...engine.facts }, null, 2),
  );
}

async function stop(engine: Engine): Promise<void> {
  await createMirror(engine.facts).stop();
  await engine.stop();
}

async function leftovers(): Promise<void> {
  for (const line of await leftoversOf(options)) console.log(line);
}

async function remove(engine: Engine): Promise<void> {
  if (!values.yes) {
    console.error(`This deletes ${options.home} with all images and snapshots in it. Say --yes to do it.`);
    process.exit(64);
  }
  await createMirror(engine.facts).stop();
  await removeEngine(options);
}

const COMMANDS = new Map([
  ['up', up],
  ['build', build],
  ['seed', seed],
  ['status', status],
  ['stop', stop],
  ['leftovers', leftovers],
  ['remove', remove],
]);

const command = COMMANDS.get(positionals[0] ?? '');
if (command === undefined) {
  console.error(USAGE);
  process.exit(64);
}
await command(createEngine(options));
process.exit(0);
