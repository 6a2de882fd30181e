import { createHash, type Hash } from 'node:crypto';

/** How a column's values are kept; `text` is also what JSON is kept as. */
export type ColumnKind = 'text' | 'number' | 'flag' | 'bytes';

/** A table that both databases have, as PostgreSQL describes it. */
export interface Table {
  name: string;
  columns: readonly {
    name: string;
    kind: ColumnKind;
    /** PostgreSQL's own name of its type. */ type: string;
  }[];
  /** The columns of its primary key, by which rows are read in one order from both. */
  key: readonly string[];
}

/** A row's values in the order of the table's columns: flags are booleans, bytes a Buffer. */
export type Row = readonly (string | number | boolean | Buffer | null)[];

/** A name as SQL takes it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** Names as SQL takes a list of them. */
export function listed(names: readonly string[]): string {
  return names.map(quoted).join(', ');
}

/** What a row holds, as one text that another row has only if it holds the same. */
export function textOf(row: Row): string {
  return JSON.stringify(
    row.map((value) =>
      Buffer.isBuffer(value)
        ? value.toString('base64')
        : typeof value === 'number' && !Number.isFinite(value)
          ? `${value}`
          : value,
    ),
  );
}

/** How many rows a table has, and a SHA-256 over all that they hold, in the order of their keys. */
export interface TableSum {
  rows: number;
  sha256: string;
}

/** Adds rows up to a TableSum. */
export class Summing {
  private rows = 0;
  private readonly hash: Hash = createHash('sha256');

  add(row: string): void {
    this.rows++;
    this.hash.update(row).update('\n');
  }

  sum(): TableSum {
    return { rows: this.rows, sha256: this.hash.digest('hex') };
  }
}
