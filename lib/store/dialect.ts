import { type Store } from './client';
import { Prisma } from './generated/client';

/**
 * What SQLite and PostgreSQL say differently. All other SQL of ours is what both take: names are quoted, since PostgreSQL
 * folds others to lower case. `path`: keys, from the outside in.
 */
export interface Dialect {
  readonly kind: 'sqlite' | 'postgres';
  /** Compares text by a pattern, whatever its case. */
  readonly like: Prisma.Sql;
  /** Before a column: it is compared row by row, and no index of it is used. */
  readonly unindexed: Prisma.Sql;
  /** What a text of JSON says somewhere, as text. */
  readonly jsonText: (column: string, path: readonly string[]) => Prisma.Sql;
  /** Whether a text of JSON says true somewhere. */
  readonly jsonTrue: (column: string, path: readonly string[]) => Prisma.Sql;
  /** The place of the nth value of a statement, from 1 on. */
  readonly value: (n: number) => string;
  /** JSON, as one text, of rows that are arrays: `table`, whose rows `where` chooses, in the order of their ids. */
  readonly jsonRows: (fields: readonly string[], table: string, where: string) => string;
  /** A field of such a row: a number to its last bit, bytes in hexadecimal digits (none: ''), JSON, true as 1 and false as 0. */
  readonly cell: Record<'number' | 'bytes' | 'json' | 'flag', (column: string) => string>;
  /** The database's own clock, in Unix ms. */
  readonly nowMs: Prisma.Sql;
  /** Prisma's condition on a text: a part of it, whatever the case. */
  readonly contains: (part: string) => { contains: string };
}

const quoted = (column: string): string => `"${column}"`;

const sqlite: Dialect = {
  kind: 'sqlite',
  like: Prisma.raw('LIKE'),
  unindexed: Prisma.raw('+'),
  jsonText: (column, path) => Prisma.raw(`json_extract(${quoted(column)}, '$.${path.join('.')}')`),
  jsonTrue: (column, path) => Prisma.raw(`json_extract(${quoted(column)}, '$.${path.join('.')}')`),
  value: (n) => `?${n}`,
  jsonRows: (fields, table, where) =>
    `(SELECT json_group_array(json_array(${fields.join(', ')})) FROM (SELECT * FROM ${table} WHERE ${where} ORDER BY "id"))`,
  cell: {
    // SQLite's JSON writes 15 digits of a number; with 17 it comes back to the last bit.
    number: (column) =>
      `CASE WHEN ${quoted(column)} IS NULL THEN NULL ELSE json(printf('%!.17g', ${quoted(column)})) END`,
    bytes: (column) => `hex(${quoted(column)})`,
    json: (column) => `json(${quoted(column)})`,
    flag: quoted,
  },
  nowMs: Prisma.raw(`((julianday('now') - 2440587.5) * 86400000.0)`),
  contains: (part) => ({ contains: part }),
};

const postgres: Dialect = {
  kind: 'postgres',
  like: Prisma.raw('ILIKE'),
  // A list's index has no such column here.
  unindexed: Prisma.empty,
  jsonText: (column, path) => Prisma.raw(`(${quoted(column)}::json #>> '{${path.join(',')}}')`),
  jsonTrue: (column, path) => Prisma.raw(`(${quoted(column)}::json #>> '{${path.join(',')}}')::boolean`),
  value: (n) => `$${n}`,
  jsonRows: (fields, table, where) =>
    `(SELECT COALESCE(json_agg(json_build_array(${fields.join(', ')}) ORDER BY "id"), '[]')::text FROM ${table} WHERE ${where})`,
  cell: {
    number: quoted,
    bytes: (column) => `COALESCE(encode(${quoted(column)}, 'hex'), '')`,
    json: (column) => `${quoted(column)}::json`,
    flag: (column) => `${quoted(column)}::int`,
  },
  nowMs: Prisma.raw('(EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::double precision'),
  // The client's types are SQLite's, whose text is compared without its case anyhow.
  contains: (part) => ({ contains: part, mode: 'insensitive' }) as { contains: string },
};

// A server's bundles have a copy of this file each.
const shared = globalThis as typeof globalThis & { scaletracePostgres?: WeakSet<Store> };

/** Notes that a client speaks to PostgreSQL. */
export function notePostgres(store: Store): void {
  (shared.scaletracePostgres ??= new WeakSet()).add(store);
}

/** What a client's database says in its own way. */
export function dialectOf(store: Store): Dialect {
  return shared.scaletracePostgres?.has(store) ? postgres : sqlite;
}
