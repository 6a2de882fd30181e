import { existsSync } from 'node:fs';
import Database from 'libsql';
import { z } from 'zod';
import { UserError } from '@/lib/environment/user-error';
import { pendingMigrations } from '@/lib/store/migrations';
import { listed, quoted, type Row, type Table } from './rows';

/** So much of a table is in memory at once, or one row that is larger. */
const pieceBytes = 4 * 2 ** 20;
const pieceRows = 5000;

/** The history of a SQLite file as it was when it was opened, whatever else is written meanwhile. Nothing is written to it. */
export class SqliteHistory {
  /** By which it is told from every other history, under whatever name its file goes. */
  readonly id: string;

  private constructor(private readonly database: Database.Database) {
    this.id = z
      .object({ id: z.string() })
      .parse(database.prepare('SELECT id FROM _prisma_migrations ORDER BY migration_name LIMIT 1').get()).id;
  }

  /** Throws a UserError where there is no such file, or where it is not of this version of Scaletrace. */
  static async open(databaseUrl: string): Promise<SqliteHistory> {
    const file = databaseUrl.replace(/^file:(\/\/)?/, '');
    if (!existsSync(file)) throw new UserError(`There is no history to move: ${file} is not there.`);
    if ((await pendingMigrations(databaseUrl)).length > 0)
      throw new UserError(
        `${file} was written by an older Scaletrace: start this one on it once (npm start), which brings it up to date, end it, and move it then.`,
      );
    const database = new Database(file);
    database.exec('PRAGMA busy_timeout = 5000; PRAGMA query_only = ON; BEGIN');
    return new SqliteHistory(database);
  }

  count(table: Table): number {
    return z
      .object({ rows: z.number() })
      .parse(this.database.prepare(`SELECT count(*) AS rows FROM ${quoted(table.name)}`).get()).rows;
  }

  /** The highest id that a table has given out, also to rows that are gone; 0: it has given out none. */
  lastId(table: Table): number {
    const row = this.database.prepare('SELECT seq FROM sqlite_sequence WHERE name = ?').get(table.name);
    return row === undefined ? 0 : z.object({ seq: z.number() }).parse(row).seq;
  }

  /** All rows of a table in the order of their keys. */
  *pieces(table: Table): Generator<Row[]> {
    const columns = table.columns.map(({ name, kind }) =>
      // As text, libSQL would end at a U+0000.
      kind === 'text' ? `CAST(${quoted(name)} AS BLOB)` : quoted(name),
    );
    const rows = this.database
      .prepare(`SELECT ${columns.join(', ')} FROM ${quoted(table.name)} ORDER BY ${listed(table.key)}`)
      .raw(true)
      .iterate() as Iterable<(string | number | Buffer | null)[]>;
    let piece: Row[] = [];
    let bytes = 0;
    for (const values of rows) {
      for (const value of values) bytes += Buffer.isBuffer(value) ? value.length : 8;
      piece.push(values.map((value, i) => valueOf(value, table.columns[i]!.kind)));
      if (bytes < pieceBytes && piece.length < pieceRows) continue;
      yield piece;
      piece = [];
      bytes = 0;
    }
    if (piece.length > 0) yield piece;
  }

  close(): void {
    this.database.close();
  }
}

function valueOf(
  value: string | number | Buffer | null,
  kind: Table['columns'][number]['kind'],
): Row[number] {
  if (value === null || kind === 'number') return value;
  if (kind === 'flag') return value === 1;
  if (kind === 'bytes') return Buffer.from(value as Buffer);
  // No text of PostgreSQL's takes it: as `clean` of its adapter has it.
  return (value as Buffer).toString('utf8').replaceAll('\0', '\uFFFD');
}
