/**
 * Writes the two database clients to prisma/generated. Runs on Node's built-ins, so that a fresh checkout can call it;
 * does nothing when the models have not changed.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const providers = ['sqlite', 'postgresql'];
const stampFile = join(here, 'generated', 'digest');

function digest() {
  const models = readdirSync(join(here, 'models')).sort();
  const files = [
    ...models.map((name) => join(here, 'models', name)),
    ...providers.map((provider) => join(here, provider, 'schema.prisma')),
    join(here, '..', 'node_modules', 'prisma', 'package.json'),
  ];
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

function upToDate(wanted) {
  if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== wanted) return false;
  return providers.every((provider) => existsSync(join(here, 'generated', provider, 'client.ts')));
}

function generate(provider) {
  const prisma = join(here, '..', 'node_modules', 'prisma', 'build', 'index.js');
  // Any existing file: the command line tool would otherwise try to download an engine that `generate` never uses.
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', CHECKPOINT_DISABLE: '1' };
  const run = spawnSync(process.execPath, [prisma, 'generate', '--no-hints', '--schema', join(here, provider)], {
    cwd: join(here, '..'),
    env,
    encoding: 'utf8',
  });
  if (run.status === 0) return;
  console.error(`${run.stdout ?? ''}${run.stderr ?? ''}${run.error ?? ''}`);
  throw new Error(`The ${provider} client could not be generated.`);
}

const wanted = digest();
if (!upToDate(wanted)) {
  for (const provider of providers) generate(provider);
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, wanted);
}
