import { isMainThread, type MessagePort } from 'node:worker_threads';
import {
  type SqlDriverAdapter,
  type SqlDriverAdapterFactory,
  type SqlQuery,
  type SqlResultSet,
  type Transaction,
} from '@prisma/driver-adapter-utils';
import { databaseState, DatabaseUnwritable, noteFailure, noteSuccess } from './database-state';
import { DatabaseThread, newThread } from './database-threads';

/**
 * Prisma's adapter over two connections, each in a thread of its own: all that writes goes through one, so writes are one
 * after another; what reads outside a transaction through the other, which no lock of a writer stops (WAL). Throws
 * DatabaseUnwritable where the file cannot be written at the moment.
 */
export class ThreadAdapter implements SqlDriverAdapterFactory {
  readonly provider = 'sqlite';
  readonly adapterName = '@scaletrace/thread';

  private open: { writer: DatabaseThread; reader: DatabaseThread } | null = null;

  /**
   * `lockPatienceMs`: how long the writer waits for another process's lock before it fails. `lent`: the ports of the main
   * thread's `lend`, in another thread.
   */
  constructor(
    readonly url: string,
    private readonly lockPatienceMs: number,
    private readonly lent: LentThreads | null = null,
  ) {}

  async connect(): Promise<SqlDriverAdapter> {
    const shared = [`busy_timeout = ${this.lockPatienceMs}`, 'foreign_keys = ON'];
    // Before the reader opens, the file is in WAL mode: readers do not wait for the writer, nor it for them.
    const writer = new DatabaseThread(
      this.lent?.writer ?? newThread(this.url, [...shared, 'journal_mode = WAL', 'synchronous = FULL']),
      'write',
    );
    try {
      await writer.call('queryRaw', { sql: 'SELECT 1', args: [], argTypes: [] });
    } catch (error) {
      await writer.end();
      throw error;
    }
    const reader = new DatabaseThread(
      this.lent?.reader ?? newThread(this.url, [...shared, ...readingPragmas]),
      'read',
    );
    this.open = { writer, reader };
    return new ThreadedDatabase(writer, reader);
  }

  /**
   * What another thread opens this database by: the writer of this adapter, so that what both write is still one after
   * another, and a reader.
   */
  lend(): LentThreads {
    return { writer: this.opened().writer.share(), reader: this.lendReader() };
  }

  /**
   * What another thread only reads this database by: a new connection, which ends when its port is closed, by that thread or
   * with it; where this is not the main thread, the one that it was lent.
   */
  lendReader(): MessagePort {
    if (!isMainThread) return this.opened().reader.share();
    const thread = newThread(this.url, ['busy_timeout = 5000', ...readingPragmas]);
    return new DatabaseThread(thread, 'read').share(true);
  }

  private opened(): { writer: DatabaseThread; reader: DatabaseThread } {
    if (!this.open) throw new Error('The database is not open.');
    return this.open;
  }
}

const readingPragmas = ['query_only = ON'];

/** Ports to a file's threads, for a thread other than the main one. */
export interface LentThreads {
  writer: MessagePort;
  reader: MessagePort;
}

/** The adapter of whoever only reads, by a port of `lendReader`. */
export class ReadingAdapter implements SqlDriverAdapterFactory {
  readonly provider = 'sqlite';
  readonly adapterName = '@scaletrace/thread';

  constructor(private readonly port: MessagePort) {}

  connect(): Promise<SqlDriverAdapter> {
    const { provider, adapterName } = this;
    const reader = new DatabaseThread(this.port, 'read');
    const refuse = (): Promise<never> => Promise.reject(new Error('This connection only reads.'));
    return Promise.resolve({
      provider,
      adapterName,
      queryRaw: (query) => reader.call('queryRaw', query),
      executeRaw: refuse,
      executeScript: refuse,
      startTransaction: refuse,
      dispose: () => reader.end(),
    });
  }
}

/** How often a database that cannot be written is tried, so that it is known when it can be again. */
const probeMs = 2000;
// Some pages are taken and given back: a change of one byte would fit on a disk that is full.
const probeSql = `BEGIN IMMEDIATE;
  INSERT OR REPLACE INTO "Setting" ("key", "valueJson", "updatedAtMs") VALUES ('database-probe', hex(zeroblob(8192)), 0);
  COMMIT;
  DELETE FROM "Setting" WHERE "key" = 'database-probe';`;

class ThreadedDatabase implements SqlDriverAdapter {
  readonly provider = 'sqlite';
  readonly adapterName = '@scaletrace/thread';
  private readonly probe: NodeJS.Timeout;

  constructor(
    private readonly writer: DatabaseThread,
    private readonly reader: DatabaseThread,
  ) {
    // A file that cannot be written is known at once, not only when something would be stored.
    void written(writer.call('executeScript', 'BEGIN IMMEDIATE'), { isCommit: false }).catch(() => undefined);
    this.probe = setInterval(() => {
      if (!databaseState().writable && writer.isIdle)
        void written(writer.call('executeScript', probeSql)).catch(() => undefined);
    }, probeMs).unref();
  }

  queryRaw(query: SqlQuery): Promise<SqlResultSet> {
    return /^\s*SELECT\b/i.test(query.sql)
      ? this.reader.call('queryRaw', query)
      : written(this.writer.call('queryRaw', query));
  }

  executeRaw(query: SqlQuery): Promise<number> {
    return written(this.writer.call('executeRaw', query));
  }

  executeScript(script: string): Promise<void> {
    return written(this.writer.call('executeScript', script));
  }

  async startTransaction(isolationLevel?: string): Promise<Transaction> {
    const { writer } = this;
    const id = await written(writer.call<number>('startTransaction', isolationLevel), { isCommit: false });
    return {
      provider: this.provider,
      adapterName: this.adapterName,
      // COMMIT and ROLLBACK are ours to send.
      options: { usePhantomQuery: true },
      queryRaw: (query) => written(writer.call('queryRaw', query, id), { isCommit: false }),
      executeRaw: (query) => written(writer.call('executeRaw', query, id), { isCommit: false }),
      commit: () => written(writer.call('commit', null, id)),
      rollback: () => writer.call('rollback', null, id),
    };
  }

  async dispose(): Promise<void> {
    clearInterval(this.probe);
    await Promise.all([this.writer.end(), this.reader.end()]);
  }
}

/** Notes whether the file can be written. A step inside a transaction shows it only by failing. */
async function written<T>(action: Promise<T>, { isCommit = true } = {}): Promise<T> {
  try {
    const value = await action;
    if (isCommit) noteSuccess();
    return value;
  } catch (error) {
    const unwritable = DatabaseUnwritable.of(error);
    if (!unwritable) throw error;
    noteFailure(unwritable);
    throw unwritable;
  }
}
