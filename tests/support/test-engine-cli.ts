import { leftoversOf } from '#server/sandboxes/engine/leftovers.ts';
import { createMirror } from '#server/sandboxes/registry/mirror.ts';
import { openTestEngine, TEST_ENGINE } from './engine-for-tests.ts';

/**
 * `up` starts the engine that all suites share, with the lab image and the mirror's images in it, and prints the
 * environment for them; `down` ends it and fails when anything of it is left on the machine.
 */
const [what] = process.argv.slice(2);

async function up(): Promise<void> {
  process.env.CHAPTERHOUSE_TEST_ENGINE_SOCKET = 'shared';
  const { engine, imageTag, close } = await openTestEngine();
  const mirror = createMirror(engine.facts);
  await mirror.start();
  await mirror.seed();
  mirror.release();
  await close();
  console.log(
    JSON.stringify({
      CHAPTERHOUSE_TEST_ENGINE_SOCKET: engine.facts.socket,
      CHAPTERHOUSE_TEST_IMAGE: imageTag,
      CHAPTERHOUSE_ENGINE_HOME: TEST_ENGINE.home,
      CHAPTERHOUSE_ENGINE_INDEX: String(TEST_ENGINE.index),
    }),
  );
}

async function down(): Promise<void> {
  const { createEngine } = await import('#server/sandboxes/engine/engine.ts');
  const engine = createEngine(TEST_ENGINE);
  await createMirror(engine.facts).stop();
  await engine.stop();
  const left = await leftoversOf(TEST_ENGINE);
  if (left.length === 0) return;
  console.error(`left behind:\n${left.join('\n')}`);
  process.exitCode = 1;
}

if (what === 'up') await up();
else if (what === 'down') await down();
else {
  console.error('usage: test-engine-cli.ts up|down');
  process.exitCode = 64;
}
process.exit();
