import { type Client } from 'pg';
import { z } from 'zod';
import { moveMark } from '@/lib/store/migrations';
import { newClient } from '@/lib/store/postgres/pool';
import { listed, quoted, type ColumnKind, type Row, type Table } from './rows';

/** What processes of a dashboard keep about themselves, and no history has: lib/store/postgres/adapter.ts, lib/store/leases. */
export const tablesOfProcesses = ['Dashboard', 'Duty'];
const ofProcesses = `("key" LIKE 'database-writer-%' OR "key" = 'database-probe')`;

const kindOfType: Readonly<Record<string, ColumnKind>> = {
  text: 'text',
  integer: 'number',
  'double precision': 'number',
  boolean: 'flag',
  bytea: 'bytes',
};

const tablesSchema = z.array(
  z.object({
    name: z.string(),
    columns: z.array(z.object({ name: z.string(), type: z.string() })),
    key: z.array(z.string()),
    parents: z.array(z.string()),
  }),
);

const describeTables = `
  SELECT t.relname AS name,
    (SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, NULL)) ORDER BY a.attnum)
      FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
    (SELECT json_agg(a.attname ORDER BY array_position(k.conkey, a.attnum))
      FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
      WHERE k.conrelid = t.oid AND k.contype = 'p') AS key,
    COALESCE((SELECT json_agg(p.relname) FROM pg_constraint f JOIN pg_class p ON p.oid = f.confrelid
      WHERE f.conrelid = t.oid AND f.contype = 'f'), '[]') AS parents
  FROM pg_class t WHERE t.relnamespace = 'public'::regnamespace AND t.relkind = 'r'
    AND t.relname NOT IN (${['_prisma_migrations', moveMark, ...tablesOfProcesses].map((name) => `'${name}'`).join(', ')})
  ORDER BY t.relname`;

/** Any number that is always the same: what a move that was killed had asked for last may still be under way in the server. */
const moveLock = 7_225_883_662;

/** A database of PostgreSQL that a history is moved into. */
export class PostgresTarget {
  private constructor(
    private readonly client: Client,
    /** In an order in which none comes before one that its rows refer to. */
    readonly tables: readonly Table[],
    /** The history whose move has begun and not ended here; null: none. */
    readonly begun: string | null,
  ) {}

  /** Opens a database whose tables are made. Throws what pg throws. */
  static async open(databaseUrl: string): Promise<PostgresTarget> {
    const client = newClient(databaseUrl);
    // Told by whoever waits for an answer.
    client.on('error', () => undefined);
    await client.connect();
    // What a crash of the server loses of it is moved again.
    await client.query(
      `SET search_path = public; SET synchronous_commit = off; SELECT pg_advisory_lock(${moveLock})`,
    );
    const { rows } = await client.query(describeTables);
    const mark = await client.query(`SELECT to_regclass('public.${moveMark}') IS NOT NULL AS there`);
    const begun = (mark.rows as { there: boolean }[])[0]?.there
      ? ((await client.query(`SELECT source FROM ${moveMark}`)).rows as { source: string }[])[0]
      : undefined;
    return new PostgresTarget(client, inOrder(tablesSchema.parse(rows)), begun?.source ?? null);
  }

  /** The tables that hold something already. */
  async filled(): Promise<string[]> {
    const held: string[] = [];
    for (const table of this.tables) {
      const { rows } = await this.client.query(
        `SELECT 1 FROM ${quoted(table.name)} ${whereOf(table)} LIMIT 1`,
      );
      if (rows.length > 0) held.push(table.name);
    }
    return held;
  }

  /** Notes that a history is being moved here: no dashboard starts on it until that has ended. */
  async begin(source: string): Promise<void> {
    await this.client.query('BEGIN');
    await this.client.query(`CREATE TABLE ${moveMark} (source TEXT NOT NULL)`);
    await this.client.query(`INSERT INTO ${moveMark} VALUES ($1)`, [source]);
    await this.client.query('COMMIT');
  }

  /** Notes that it is whole; what was moved is on the server's disk then. */
  async end(): Promise<void> {
    await this.client.query(`SET synchronous_commit = on; DROP TABLE ${moveMark}`);
  }

  /** Removes all that was moved. */
  async empty(): Promise<void> {
    await this.client.query(`TRUNCATE ${listed(this.tables.map(({ name }) => name))}`);
  }

  async insert(table: Table, rows: readonly Row[]): Promise<void> {
    const values = table.columns.map((_, i) => rows.map((row) => row[i]));
    await this.client.query(
      `INSERT INTO ${quoted(table.name)} (${listed(table.columns.map(({ name }) => name))})
        SELECT * FROM unnest(${table.columns.map(({ type }, i) => `$${i + 1}::${type}[]`).join(', ')})`,
      values,
    );
  }

  /** Reads a table in the order of its keys: the function gives the next rows, as many as it is asked for while there are some. */
  async read(table: Table, work: (next: (count: number) => Promise<Row[]>) => Promise<void>): Promise<void> {
    await this.client.query('BEGIN');
    try {
      await this.client.query(
        `DECLARE moved NO SCROLL CURSOR FOR SELECT ${listed(table.columns.map(({ name }) => name))}
          FROM ${quoted(table.name)} ${whereOf(table)} ORDER BY ${listed(table.key)}`,
      );
      await work(async (count) => {
        const { rows } = await this.client.query<(string | number | boolean | Buffer | null)[]>({
          text: `FETCH ${count} FROM moved`,
          rowMode: 'array',
        });
        return rows;
      });
    } finally {
      await this.client.query('ROLLBACK').catch(() => undefined);
    }
  }

  /** Where a table gives out ids, the next one follows `lastId`. */
  async continueIds(table: Table, lastId: number): Promise<void> {
    if (lastId === 0 || !table.columns.some(({ name }) => name === 'id')) return;
    await this.client.query(
      `SELECT setval(sequence, $2) FROM pg_get_serial_sequence($1, 'id') AS sequence WHERE sequence IS NOT NULL`,
      [quoted(table.name), lastId],
    );
  }

  /** What the server plans its queries by. */
  async analyze(): Promise<void> {
    await this.client.query('ANALYZE');
  }

  async close(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }
}

/** Which rows of a table belong to the history. */
function whereOf(table: Table): string {
  return table.name === 'Setting' ? `WHERE NOT ${ofProcesses}` : '';
}

function inOrder(found: z.infer<typeof tablesSchema>): Table[] {
  const ordered: Table[] = [];
  const add = ({ name, columns, key, parents }: (typeof found)[number]): void => {
    if (ordered.some((table) => table.name === name)) return;
    for (const parent of found) if (parent.name !== name && parents.includes(parent.name)) add(parent);
    ordered.push({
      name,
      key,
      columns: columns.map((column) => {
        const kind = kindOfType[column.type];
        if (!kind)
          throw new Error(`${name}.${column.name} is of type ${column.type}, which is not known here.`);
        return { ...column, kind };
      }),
    });
  };
  found.forEach(add);
  return ordered;
}
