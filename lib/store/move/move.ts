import { randomUUID } from 'node:crypto';
import { isPostgres, shownDatabaseUrl } from '@/lib/environment/database-url';
import { UserError } from '@/lib/environment/user-error';
import { applyMigrations } from '@/lib/store/migrations';
import { openingError, unwritableOf } from '@/lib/store/postgres/failures';
import { lockDatabase } from '@/lib/store/postgres/kept-apart';
import { PostgresTarget } from './postgres-target';
import { Summing, textOf, type Row, type Table, type TableSum } from './rows';
import { SqliteHistory } from './sqlite-history';

/** What is told while a history is moved. */
export type MoveNews =
  | { what: 'going on' }
  /** What an interrupted move had left is not what the history holds now. */
  | { what: 'beginning anew' }
  | { what: 'moved'; table: string; rows: number; of: number }
  | { what: 'verified'; table: string; sum: TableSum };

/**
 * Moves the history of a SQLite file into a PostgreSQL database, table after table, in pieces that are each committed, and
 * then reads both once more and compares them. The file is left as it was. What was interrupted goes on when it is called
 * again; until it is whole, no dashboard starts on the database. Throws a UserError where there is nothing to move, where the
 * database cannot be opened, has a history of its own or a dashboard, or does not hold the same in the end.
 */
export async function moveHistory(
  fromUrl: string,
  toUrl: string,
  tell: (news: MoveNews) => void,
): Promise<void> {
  if (isPostgres(fromUrl) || !isPostgres(toUrl))
    throw new UserError(
      'A history is moved from a file of SQLite to postgres://USER:PASSWORD@HOST:PORT/DATABASE.',
    );
  const source = await SqliteHistory.open(fromUrl);
  try {
    const lock = await lockDatabase(toUrl, `scaletrace ${randomUUID().slice(0, 8)} migrate`, 'alone');
    try {
      await applyMigrations(toUrl, 'moving');
      await moveInto(toUrl, source, tell);
    } finally {
      await lock.release().catch(() => undefined);
    }
  } catch (error) {
    throw movingError(error, toUrl);
  } finally {
    source.close();
  }
}

async function moveInto(toUrl: string, source: SqliteHistory, tell: (news: MoveNews) => void): Promise<void> {
  const target = await PostgresTarget.open(toUrl);
  try {
    await begin(target, source, toUrl, tell);
    try {
      await copyAll(source, target, tell);
    } catch (error) {
      if (!(error instanceof OtherRow)) throw error;
      tell({ what: 'beginning anew' });
      await target.empty();
      await copyAll(source, target, tell);
    }
    await target.analyze();
    for (const table of target.tables) {
      await target.continueIds(table, source.lastId(table));
      tell({ what: 'verified', table: table.name, sum: await verify(source, target, table) });
    }
    await target.end();
  } finally {
    await target.close();
  }
}

/** Throws a UserError where the database has another history, or a part of one. */
async function begin(
  target: PostgresTarget,
  source: SqliteHistory,
  toUrl: string,
  tell: (news: MoveNews) => void,
): Promise<void> {
  const shown = shownDatabaseUrl(toUrl);
  if (target.begun === source.id) return tell({ what: 'going on' });
  if (target.begun !== null)
    throw new UserError(
      `The move of another history into ${shown} has begun and not ended: name an empty database (createdb NAME).`,
    );
  const filled = await target.filled();
  if (filled.length > 0)
    throw new UserError(
      `${shown} has a history already (in ${filled.join(', ')}), and two are not put together: name an empty database (createdb NAME).`,
    );
  await target.begin(source.id);
}

/** A row that was moved before is not what the history holds now. */
class OtherRow extends Error {}

async function copyAll(
  source: SqliteHistory,
  target: PostgresTarget,
  tell: (news: MoveNews) => void,
): Promise<void> {
  for (const table of target.tables) {
    const of = source.count(table);
    const there = await rowsThere(source, target, table);
    let rows = 0;
    for (const piece of source.pieces(table)) {
      const left = piece.slice(Math.max(0, there - rows));
      rows += piece.length;
      if (left.length > 0) await target.insert(table, left);
      tell({ what: 'moved', table: table.name, rows, of });
    }
  }
}

/** How many rows of a table were moved before: they are its first. Throws OtherRow where they are not. */
async function rowsThere(source: SqliteHistory, target: PostgresTarget, table: Table): Promise<number> {
  let there = 0;
  await inBoth(source, target, table, (ours, theirs) => {
    if (theirs === null) return false;
    if (ours !== theirs) throw new OtherRow();
    there++;
    return true;
  });
  return there;
}

/** Throws a UserError where the database does not hold what the history does. */
async function verify(source: SqliteHistory, target: PostgresTarget, table: Table): Promise<TableSum> {
  const sums = [new Summing(), new Summing()] as const;
  await inBoth(source, target, table, (ours, theirs) => {
    if (ours !== null) sums[0].add(ours);
    if (theirs !== null) sums[1].add(theirs);
    return true;
  });
  const [ours, theirs] = [sums[0].sum(), sums[1].sum()];
  if (ours.rows !== theirs.rows || ours.sha256 !== theirs.sha256)
    throw new UserError(
      `${table.name} was not moved as it is: ${ours.rows} rows with checksum ${ours.sha256}, and there ${theirs.rows} with ${theirs.sha256}. Run the same command again: what differs is moved anew.`,
    );
  return ours;
}

/**
 * Reads a table from both in the order of its keys, a piece in memory at a time, for as long as the function wants more of
 * it; null: there is no further row.
 */
async function inBoth(
  source: SqliteHistory,
  target: PostgresTarget,
  table: Table,
  take: (ours: string | null, theirs: string | null) => boolean,
): Promise<void> {
  await target.read(table, async (next) => {
    for (const piece of source.pieces(table)) {
      const theirs = await next(piece.length);
      for (const [i, row] of piece.entries()) if (!take(textOf(row), textOrNone(theirs[i]))) return;
    }
    for (let rest = await next(1); rest.length > 0; rest = await next(1))
      if (!take(null, textOrNone(rest[0]))) return;
  });
}

function textOrNone(row: Row | undefined): string | null {
  return row === undefined ? null : textOf(row);
}

function movingError(error: unknown, toUrl: string): unknown {
  const opening = openingError(error, toUrl);
  if (error instanceof UserError) return error;
  const unwritable = unwritableOf(error);
  if (!unwritable) return opening;
  const again = 'run the same command again: it goes on where it stopped.';
  const shown = shownDatabaseUrl(toUrl);
  return new UserError(
    unwritable.why === 'full'
      ? `${shown} has no room left (${unwritable.detail}): give it more, and ${again}`
      : `${shown} does not answer any more (${unwritable.detail}): once it does, ${again}`,
  );
}
