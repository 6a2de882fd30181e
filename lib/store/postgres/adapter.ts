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
import { newPool } from './pool';

/**
 * Prisma's adapter for PostgreSQL, with what a recording needs besides: a database that does not answer is a
 * DatabaseUnwritable, as a locked SQLite is, so that what would be stored waits; and what was asked to be stored is stored
 * once, also where the connection breaks during a COMMIT.
 */
export class PostgresAdapter implements SqlDriverAdapterFactory {
  readonly provider = 'postgres';
  readonly adapterName = '@scaletrace/postgres';

  /** `patienceMs`: how long a connection, or another's lock, is waited for. */
  constructor(
    readonly url: string,
    private readonly patienceMs: number,
    private readonly onlyReads = false,
  ) {}

  async connect(): Promise<SqlDriverAdapter> {
    const pool = newPool(this.url, this.patienceMs, this.onlyReads);
    // A connection that breaks while nobody uses it; the next statement opens another, and tells if it cannot.
    const driver = await new PrismaPg(pool, { disposeExternalPool: true }).connect();
    return new PostgresDatabase(driver, !this.onlyReads);
  }
}

/** How often a database that did not answer is asked, so that it is known when it does again. */
const probeMs = 2000;
const settleMs = 250;
const statement = (sql: string, ...args: string[]): SqlQuery => ({
  sql,
  args,
  argTypes: args.map(() => ({ scalarType: 'string', arity: 'scalar' })),
});

class PostgresDatabase implements SqlDriverAdapter {
  readonly provider = 'postgres';
  readonly adapterName = '@scaletrace/postgres';
  private readonly probe: NodeJS.Timeout | undefined;
  private ended = false;

  constructor(
    private readonly driver: SqlDriverAdapter,
    writes: boolean,
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
      : told(() => this.driver.queryRaw(clean(query)), 'read');
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
   * twice, who did not might lose it. The server keeps what became of each transaction, and is asked until it answers.
   */
  private async commit(transaction: Transaction): Promise<void> {
    const { rows } = await told(
      () => transaction.queryRaw(statement('SELECT pg_current_xact_id_if_assigned()::text')),
      'write',
    );
    const id = rows[0]?.[0] as string | null;
    try {
      await told(() => transaction.executeRaw(statement('COMMIT')), 'write');
    } catch (error) {
      if (id === null || unwritableOf(error)?.why !== 'unreachable' || !(await this.wasCommitted(id)))
        throw error;
    }
    noteSuccess();
  }

  private async wasCommitted(id: string): Promise<boolean> {
    for (;;) {
      try {
        const { rows } = await told(
          () => this.driver.queryRaw(statement('SELECT pg_xact_status($1::text::xid8)', id)),
          'read',
        );
        // Its connection's process may not have noticed yet that nobody is there.
        if (rows[0]?.[0] !== 'in progress') return rows[0]?.[0] === 'committed';
      } catch (error) {
        if (unwritableOf(error)?.why !== 'unreachable' || this.ended) throw error;
      }
      await pause(settleMs);
    }
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
