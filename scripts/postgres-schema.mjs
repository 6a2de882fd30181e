// prisma/schema.prisma is the one source of the shape; what PostgreSQL's is made of it, so that nothing is said twice.

/**
 * The schema as PostgreSQL has it: its provider, a folder of its own for its client, and indexes without what may be long. A
 * row of an index takes 2.7 KB there, which notes and tags may be longer than; what is large in a run's row lies beside its
 * table anyhow (TOAST), so that a list never reads over it. That a series is there once is held by a hash of its tags, which
 * Prisma's schema cannot say: the first migration makes that index.
 * @param {string} schema
 */
export function postgresSchema(schema) {
  return replaced(schema, [
    ['provider = "sqlite"', 'provider = "postgresql"'],
    ['"../lib/store/generated"', '"../lib/store/generated-postgres"'],
    [
      /@@index\(\[[^\]]*\], map: "Run_list"\)/,
      '@@index([deletedAtMs, board, pinned, createdAtMs, id], map: "Run_list")',
    ],
    ['@@unique([runId, metric, tagsJson])', '@@index([runId, metric])'],
  ]);
}

/** @param {string} text @param {[string | RegExp, string][]} changes */
function replaced(text, changes) {
  return changes.reduce((before, [what, by]) => {
    const after = before.replace(what, by);
    if (after === before)
      throw new Error(`prisma/schema.prisma has no ${what} any more: see scripts/postgres-schema.mjs.`);
    return after;
  }, text);
}
