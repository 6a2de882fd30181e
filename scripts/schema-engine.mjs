// Prisma's schema engine as WebAssembly, over libSQL: compares prisma/schema.prisma with a database on a machine that
// cannot download the native engine.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { PrismaLibSql } from '@prisma/adapter-libsql';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';

const require = createRequire(import.meta.url);
const schema = {
  path: 'prisma/schema.prisma',
  content: readFileSync(new URL('../prisma/schema.prisma', import.meta.url), 'utf8'),
};

/**
 * @param {string} databaseUrl `file:…`
 * @returns {Promise<import('@prisma/schema-engine-wasm').SchemaEngine>}
 */
export async function openSchemaEngine(databaseUrl) {
  const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const wasmPath = require
    .resolve('@prisma/schema-engine-wasm')
    .replace(/schema_engine\.js$/, 'schema_engine_bg.wasm');
  const { instance } = await WebAssembly.instantiate(readFileSync(wasmPath), {
    './schema_engine_bg.js': glue,
  });
  glue.__wbg_set_wasm(instance.exports);
  /** @type {() => void} */ (instance.exports.__wbindgen_start)();
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaLibSql({ url: databaseUrl }));
  return glue.SchemaEngine.new({ datamodels: [[schema.path, schema.content]] }, () => {}, adapter);
}

/**
 * SQL that takes the engine's database to the schema; null when nothing differs.
 * @param {import('@prisma/schema-engine-wasm').SchemaEngine} engine
 */
export async function diffToSchema(engine) {
  const { stdout } = await engine.diff({
    from: { tag: 'schemaDatasource', files: [schema], configDir: 'prisma' },
    to: { tag: 'schemaDatamodel', files: [schema] },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  return !stdout || /^-- This is an empty migration/.test(stdout) ? null : stdout;
}
