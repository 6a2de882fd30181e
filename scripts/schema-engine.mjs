// Prisma's schema engine as WebAssembly, over the database's own driver: compares prisma/schema.prisma with a database on a
// machine that cannot download the native engine.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { PrismaLibSql } from '@prisma/adapter-libsql';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import pg from 'pg';
import { postgresSchema } from './postgres-schema.mjs';

const require = createRequire(import.meta.url);
const content = readFileSync(new URL('../prisma/schema.prisma', import.meta.url), 'utf8');

const [charType, textType] = [18, 25];

/** Prisma's adapter does not know the type "char" of PostgreSQL's own tables, which its engine asks for: it is a text. */
class TellingPool extends pg.Pool {
  /** @override @param {never[]} args @returns {never} */
  query(...args) {
    const asked = /** @type {Promise<import('pg').QueryResult>} */ (
      /** @type {unknown} */ (super.query(.../** @type {[never]} */ (/** @type {unknown} */ (args))))
    );
    return /** @type {never} */ (
      asked.then((result) => {
        for (const field of result.fields) if (field.dataTypeID === charType) field.dataTypeID = textType;
        return result;
      })
    );
  }
}

/**
 * SQL that takes a database to the schema; null when nothing differs.
 * @param {string} databaseUrl `file:…` or `postgres://…`
 */
export async function diffToSchema(databaseUrl) {
  const isFile = databaseUrl.startsWith('file:');
  const schema = { path: 'prisma/schema.prisma', content: isFile ? content : postgresSchema(content) };
  const SchemaEngine = await loadEngine();
  const adapter = bindMigrationAwareSqlAdapterFactory(
    isFile
      ? new PrismaLibSql({ url: databaseUrl })
      : new PrismaPg(new TellingPool({ connectionString: databaseUrl })),
  );
  const engine = await SchemaEngine.new({ datamodels: [[schema.path, schema.content]] }, () => {}, adapter);
  const { stdout } = await engine.diff({
    from: { tag: 'schemaDatasource', files: [schema], configDir: 'prisma' },
    to: { tag: 'schemaDatamodel', files: [schema] },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  return !stdout || /^-- This is an empty migration/.test(stdout) ? null : stdout;
}

/** @type {Promise<typeof import('@prisma/schema-engine-wasm').SchemaEngine> | undefined} */
let loading;

/** Once a process: what leads to it has one memory. */
function loadEngine() {
  return (loading ??= (async () => {
    const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg');
    const wasmPath = require
      .resolve('@prisma/schema-engine-wasm')
      .replace(/schema_engine\.js$/, 'schema_engine_bg.wasm');
    const { instance } = await WebAssembly.instantiate(readFileSync(wasmPath), {
      './schema_engine_bg.js': glue,
    });
    glue.__wbg_set_wasm(instance.exports);
    /** @type {() => void} */ (instance.exports.__wbindgen_start)();
    return glue.SchemaEngine;
  })());
}
