// `prisma generate`, once a database, for a machine that may not be able to download Prisma's schema engine: generating
// does not use it, but the CLI insists on finding one, so any executable stands in for it.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { postgresSchema } from './postgres-schema.mjs';

/** @param {string} schema its path */
function generate(schema) {
  const result = spawnSync(
    process.execPath,
    ['node_modules/prisma/build/index.js', 'generate', '--schema', schema],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
      env: {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: process.env.PRISMA_SCHEMA_ENGINE_BINARY ?? process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      },
    },
  );
  if (result.status === 0) return;
  process.stderr.write(result.stdout + result.stderr);
  process.exit(result.status ?? 1);
}

const source = 'prisma/schema.prisma';
generate(source);
const made = 'prisma/schema.postgres.prisma';
writeFileSync(made, postgresSchema(readFileSync(source, 'utf8')));
try {
  generate(made);
} finally {
  rmSync(made);
}

await import('./generate-codes.mjs');
