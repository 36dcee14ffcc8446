/** The schema engine as WebAssembly: it reaches the database through our driver, so nothing is ever downloaded. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import * as runtime from '@prisma/schema-engine-wasm/schema_engine_bg';

export type Provider = 'sqlite' | 'postgresql';

export const PROVIDERS: readonly Provider[] = ['sqlite', 'postgresql'];
export const PRISMA_DIR = dirname(fileURLToPath(import.meta.url));

/** All models as one text: what the tables are made from. */
export function modelsText(): string {
  const dir = join(PRISMA_DIR, 'models');
  const files = readdirSync(dir)
    .filter((name) => name.endsWith('.prisma'))
    .sort();
  return files.map((name) => readFileSync(join(dir, name), 'utf8')).join('\n');
}

/** A whole schema for the engine: models and the kind of database. */
export function schemaFor(provider: Provider, models: string): runtime.SchemasContainer {
  const content = `datasource db {\n  provider = "${provider}"\n}\n\n${models}`;
  return { files: [{ path: 'schema.prisma', content }] };
}

let loaded = false;

/** One instance per process: the engine's JavaScript half keeps it in a module variable. */
function loadEngine(): void {
  if (loaded) return;
  const require = createRequire(import.meta.url);
  const dir = dirname(require.resolve('@prisma/schema-engine-wasm'));
  const module = new WebAssembly.Module(readFileSync(join(dir, 'schema_engine_bg.wasm')));
  // A panic without this registry becomes a TypeError that hides it.
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message() {} } });
  const imports: WebAssembly.ModuleImports = { ...runtime } as unknown as WebAssembly.ModuleImports;
  const instance = new WebAssembly.Instance(module, { './schema_engine_bg.js': imports });
  runtime.__wbg_set_wasm(instance.exports);
  const start = instance.exports.__wbindgen_start;
  if (typeof start === 'function') start();
  loaded = true;
}

type EngineJob<T> = (engine: runtime.SchemaEngine) => Promise<T>;

/** Runs a job and gives every connection back: one left open keeps an SQLite file locked. */
export async function withSchemaEngine<T>(
  provider: Provider,
  factory: SqlMigrationAwareDriverAdapterFactory,
  job: EngineJob<T>,
): Promise<T> {
  loadEngine();
  const connections: SqlDriverAdapter[] = [];
  const remember = async (opening: Promise<SqlDriverAdapter>) => {
    const connection = await opening;
    connections.push(connection);
    return connection;
  };
  const tracked: SqlMigrationAwareDriverAdapterFactory = {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: () => remember(factory.connect()),
    connectToShadowDb: () => remember(factory.connectToShadowDb()),
  };
  const datamodels = schemaFor(provider, modelsText()).files.map((file): [string, string] => [file.path, file.content]);
  try {
    const engine = await runtime.SchemaEngine.new(
      { datamodels },
      () => undefined,
      bindMigrationAwareSqlAdapterFactory(tracked),
    );
    try {
      return await job(engine);
    } finally {
      engine.free();
    }
  } finally {
    for (const connection of connections) await connection.dispose();
  }
}
