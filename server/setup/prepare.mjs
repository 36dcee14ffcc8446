import { existsSync } from 'node:fs';
import path from 'node:path';
import { command } from './command.mjs';
import { step } from './report.mjs';
import { digestOf, unlessCurrent } from './stamp.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

export const ROOT = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../..');
/** The Node that the product runs on, for this processor: a pinned package, so that the machine's own may be older. */
export const NODE = path.join(ROOT, 'node_modules/.bin/node');

/** No step may fetch anything that npm's registry or Debian's packages do not serve. */
const OFFLINE = {
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1',
  PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true',
  NEXT_TELEMETRY_DISABLED: '1',
  CHECKPOINT_DISABLE: '1',
};

const BUILD_INPUTS = [
  'app',
  'components',
  'server',
  'prisma',
  'next.config.ts',
  'proxy.ts',
  'package-lock.json',
  'tsconfig.json',
];

/** Makes this checkout ready to serve: each part is skipped when it is current. */
export async function prepare({ extraPackages = [], build = true } = {}) {
  checkNode();
  await step('Node packages', installNodePackages);
  await step('System packages', () => ensureSystemPackages(extraPackages));
  await step('Database client', () =>
    command(NODE, ['prisma/generate.mjs'], { cwd: ROOT, env: OFFLINE }).then(() => undefined),
  );
  await step('Holder of shells', buildHolder);
  if (build) await step('Pages', buildPages);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 18)) {
    throw new Error(`Node ${process.versions.node} is too old: 20.18 or newer is needed to set up.`);
  }
}

function installNodePackages() {
  const digest = digestOf(ROOT, ['package-lock.json', '.npmrc'], { salt: process.arch });
  return unlessCurrent(path.join(ROOT, 'node_modules/.chapterhouse-installed'), digest, async () => {
    await command('npm', ['ci', '--no-fund', '--no-audit'], { cwd: ROOT, env: OFFLINE });
    if (!existsSync(NODE))
      throw new Error(
        `No Node 24 is packaged for ${process.platform} ${process.arch}: Linux on x64 or arm64 is needed.`,
      );
  });
}

/** Without one there are shells all the same. */
function buildHolder() {
  const digest = digestOf(ROOT, ['server/holder', 'server/sandboxes/holder/holder-binary.ts'], { salt: process.arch });
  return unlessCurrent(path.join(ROOT, 'node_modules/.cache/chapterhouse/built'), digest, async () => {
    await command(NODE, ['server/sandboxes/holder/build-holder.ts'], { cwd: ROOT });
  }).catch(() => 'none, so that shells end with the server: it takes the packages gcc and musl-tools');
}

function buildPages() {
  const digest = digestOf(ROOT, BUILD_INPUTS);
  return unlessCurrent(path.join(ROOT, '.next/chapterhouse-built'), digest, async () => {
    await command(NODE, ['node_modules/next/dist/bin/next', 'build'], { cwd: ROOT, env: OFFLINE });
  });
}
