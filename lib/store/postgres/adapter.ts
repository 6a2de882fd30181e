import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  type SqlDriverAdapter,
  type SqlDriverAdapterFactory,
  type SqlQuery,
  type SqlResultSet,
  type Transaction,
} from '@prisma/driver-adapter-utils';
import { databaseState, noteFailure, noteSuccess } from '@/lib/store/database-state';
import { timeQuery } from '@/lib/store/query-times';
import { unwritableOf } from './failures';
import { fenceSql, isFenced, LeaseLost, type Fence } from './fence';
import { newPool } from './pool';

/**
 * Prisma's adapter for PostgreSQL, with what a recording needs besides: a database that does not answer is a
 * DatabaseUnwritable, as a locked SQLite is, so that what would be stored waits; and what was asked to be stored is stored
 * once, also where the connection breaks during a COMMIT.
 */
export class PostgresAdapter implements SqlDriverAdapterFactory {
  readonly provider = 'postgres';
  readonly adapterName = '@scaletrace/postgres';

  /** `patienceMs`: how long another's lock is waited for. `fence`: what else a write needs. */
  constructor(
    readonly url: string,
    private readonly patienceMs: number,
    private readonly onlyReads = false,
    private readonly fence: Fence | null = null,
  ) {}

  async connect(): Promise<SqlDriverAdapter> {
    const pool = newPool(this.url, this.patienceMs, this.onlyReads);
    // A connection that breaks while nobody uses it; the next statement opens another, and tells if it cannot.
    const driver = await new PrismaPg(pool, { disposeExternalPool: true }).connect();
    return new PostgresDatabase(driver, !this.onlyReads, this.fence);
  }
}

/** How often a database that did not answer is asked, so that it is known when it does again. */
const probeMs = 2000;
const settleMs = 250;
const slotPrefix = 'database-writer-';
const longAgoMs = 7 * 24 * 3_600_000;
const statement = (sql: string): SqlQuery => ({ sql, args: [], argTypes: [] });
/** Leaves a transaction's number in its row; `value`: what a row that is there has afterwards. */
const mark = (slot: string, number: string, value: string): string =>
  `INSERT INTO "Setting" ("key", "valueJson", "updatedAtMs") VALUES ('${slot}', '${number}', ${Date.now()})
    ON CONFLICT ("key") DO UPDATE SET "valueJson" = ${value}, "updatedAtMs" = EXCLUDED."updatedAtMs"`;

class PostgresDatabase implements SqlDriverAdapter {
  readonly provider = 'postgres';
  readonly adapterName = '@scaletrace/postgres';
  private readonly probe: NodeJS.Timeout | undefined;
  private ended = false;
  /** Rows of ours by which a transaction is told from those before, that no transaction has at the moment. */
  private readonly freeSlots: string[] = [];
  private lastNumber = 0;

  constructor(
    private readonly driver: SqlDriverAdapter,
    writes: boolean,
    private readonly fence: Fence | null,
  ) {
    if (!writes) return;
    this.probe = setInterval(() => {
      if (!databaseState().writable) void this.tryToWrite().catch(() => undefined);
    }, probeMs).unref();
  }

  getConnectionInfo() {
    return this.driver.getConnectionInfo?.() ?? { supportsRelationJoins: false };
  }

  queryRaw(query: SqlQuery): Promise<SqlResultSet> {
    return isWrite(query)
      ? this.alone((transaction) => transaction.queryRaw(query))
      : told(() => this.driver.queryRaw(withinRange(clean(query))), 'read');
  }

  executeRaw(query: SqlQuery): Promise<number> {
    return isWrite(query)
      ? this.alone((transaction) => transaction.executeRaw(query))
      : told(() => this.driver.executeRaw(clean(query)), 'write');
  }

  executeScript(script: string): Promise<void> {
    return told(() => this.driver.executeScript(script), 'write');
  }

  async startTransaction(
    isolationLevel?: Parameters<SqlDriverAdapter['startTransaction']>[0],
  ): Promise<Transaction> {
    const inner = await told(() => this.driver.startTransaction(isolationLevel), 'write');
    let over = false;
    const end = async (action: () => Promise<void>): Promise<void> => {
      if (over) return;
      over = true;
      try {
        await action();
      } catch (error) {
        // Whoever had this connection next would be in a transaction that is refused everything.
        await inner.executeRaw(statement('ROLLBACK')).catch(() => undefined);
        throw error;
      } finally {
        // Its connection goes back to the others, or away where it is broken.
        await inner.commit();
      }
    };
    return {
      provider: this.provider,
      adapterName: this.adapterName,
      // COMMIT and ROLLBACK are ours to send.
      options: { usePhantomQuery: true },
      queryRaw: (query) => told(() => inner.queryRaw(clean(query)), 'write'),
      executeRaw: (query) => told(() => inner.executeRaw(clean(query)), 'write'),
      commit: () => end(() => this.commit(inner)),
      rollback: () =>
        end(async () => {
          // Where the connection is gone, the server rolls back by itself.
          await inner.executeRaw(statement('ROLLBACK')).catch(() => undefined);
        }),
    };
  }

  async dispose(): Promise<void> {
    this.ended = true;
    clearInterval(this.probe);
    if (this.freeSlots.length > 0) await this.forgetSlots().catch(() => undefined);
    await this.driver.dispose();
  }

  /** One statement that writes, as a transaction: only of one can be told afterwards whether it was done. */
  private async alone<T>(action: (transaction: Transaction) => Promise<T>): Promise<T> {
    const transaction = await this.startTransaction();
    try {
      const result = await action(transaction);
      await transaction.commit();
      return result;
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
  }

  /**
   * Where the connection breaks during a COMMIT, nobody has told whether it was done: who tried again might store the same
   * twice, who did not might lose it. So each transaction leaves its number in a row of ours, which tells. (The server's own
   * `pg_xact_status` does not: after a crash it gives the numbers of lost transactions to others.)
   */
  private async commit(transaction: Transaction): Promise<void> {
    const slot = this.freeSlots.pop() ?? `${slotPrefix}${randomUUID()}`;
    const number = `${++this.lastNumber}`;
    const fence = this.fence ? fenceSql(this.fence) : '';
    try {
      await told(
        () =>
          transaction.executeRaw(statement(`${fence}${mark(slot, number, 'EXCLUDED."valueJson"')}; COMMIT`)),
        'write',
      );
    } catch (error) {
      if (this.fence && isFenced(error)) {
        this.fence.onLost();
        throw new LeaseLost('This dashboard has been taken for dead.');
      }
      if (unwritableOf(error)?.why !== 'unreachable' || !(await this.wasCommitted(slot, number))) throw error;
    } finally {
      this.freeSlots.push(slot);
    }
    noteSuccess();
  }

  private async wasCommitted(slot: string, number: string): Promise<boolean> {
    for (;;) {
      try {
        // It waits until the transaction, where that goes on without us, has ended.
        const { rows } = await told(
          () =>
            this.driver.queryRaw(
              statement(`${mark(slot, '', '"Setting"."valueJson"')} RETURNING "valueJson"`),
            ),
          'write',
        );
        return rows[0]?.[0] === number;
      } catch (error) {
        if (!unwritableOf(error) || this.ended) throw error;
      }
      await pause(settleMs);
    }
  }

  /** Also those of processes that ended long ago without a word. */
  private async forgetSlots(): Promise<void> {
    const own = this.freeSlots.map((slot) => `'${slot}'`).join(', ');
    await this.driver.executeRaw(
      statement(
        `DELETE FROM "Setting" WHERE "key" IN (${own}) OR ("key" LIKE '${slotPrefix}%' AND "updatedAtMs" < ${Date.now() - longAgoMs})`,
      ),
    );
  }

  private async tryToWrite(): Promise<void> {
    // Some pages are taken and given back: a change of one byte would fit on a disk that is full.
    await this.alone(async (transaction) => {
      await transaction.executeRaw(
        statement(`INSERT INTO "Setting" ("key", "valueJson", "updatedAtMs") VALUES ('database-probe', repeat('0', 16384), 0)
          ON CONFLICT ("key") DO UPDATE SET "valueJson" = EXCLUDED."valueJson"`),
      );
      await transaction.executeRaw(statement(`DELETE FROM "Setting" WHERE "key" = 'database-probe'`));
    });
  }
}

function isWrite({ sql }: SqlQuery): boolean {
  return /^\s*(INSERT|UPDATE|DELETE|WITH)\b/i.test(sql);
}

/** PostgreSQL's text takes every character but U+0000, which stands in a program's log or a header's value at times. */
function clean(query: SqlQuery): SqlQuery {
  if (!query.args.some((value) => typeof value === 'string' && value.includes('\0'))) return query;
  return {
    ...query,
    args: query.args.map((value) => (typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value)),
  };
}

/** What a column of whole numbers holds: SQLite compares with others too, and so a moment long before a run may be asked for. */
const [least, most] = [-(2 ** 31), 2 ** 31 - 1];
function withinRange(query: SqlQuery): SqlQuery {
  return {
    ...query,
    args: query.args.map((value, i) => {
      const isWhole = ['int', 'bigint'].includes(query.argTypes[i]?.scalarType ?? '');
      const number = isWhole && ['number', 'string', 'bigint'].includes(typeof value) ? Number(value) : NaN;
      return number < least ? least : number > most ? most : value;
    }),
  };
}

/** Times a question, and notes where the database does not take it. */
async function told<T>(action: () => Promise<T>, kind: 'read' | 'write'): Promise<T> {
  const noteTime = timeQuery(kind);
  try {
    return await action();
  } catch (error) {
    const unwritable = unwritableOf(error);
    if (!unwritable) throw error;
    noteFailure(unwritable);
    throw unwritable;
  } finally {
    noteTime();
  }
}
