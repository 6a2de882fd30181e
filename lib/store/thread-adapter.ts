import { join } from 'node:path';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import {
  DriverAdapterError,
  type Error as DriverError,
  type SqlDriverAdapter,
  type SqlDriverAdapterFactory,
  type SqlQuery,
  type SqlResultSet,
  type Transaction,
} from '@prisma/driver-adapter-utils';
import { projectRoot } from '@/lib/environment/paths';
import { CodedError, message } from '@/lib/model/message';
import { databaseState, DatabaseUnwritable, noteFailure, noteSuccess } from './database-state';
import { timeQuery } from './query-times';

/**
 * Prisma's adapter over two connections, each in a thread of its own: all that writes goes through one, so writes are one
 * after another; what reads outside a transaction through the other, which no lock of a writer stops (WAL). Throws
 * DatabaseUnwritable where the file cannot be written at the moment.
 */
export class ThreadAdapter implements SqlDriverAdapterFactory {
  readonly provider = 'sqlite';
  readonly adapterName = '@scaletrace/thread';

  private writer: DatabaseThread | null = null;

  /**
   * `lockPatienceMs`: how long the writer waits for another process's lock before it fails. `writer`: the port of a writer
   * that is there, by `shareWriter`; absent: one of its own.
   */
  constructor(
    readonly url: string,
    private readonly lockPatienceMs: number,
    private readonly sharedWriter: MessagePort | null = null,
  ) {}

  async connect(): Promise<SqlDriverAdapter> {
    const shared = [`busy_timeout = ${this.lockPatienceMs}`, 'foreign_keys = ON'];
    // Before the reader opens, the file is in WAL mode: readers do not wait for the writer, nor it for them.
    const writer = new DatabaseThread(
      this.sharedWriter ?? newThread(this.url, [...shared, 'journal_mode = WAL', 'synchronous = FULL']),
      'write',
    );
    try {
      await writer.call('queryRaw', { sql: 'SELECT 1', args: [], argTypes: [] });
    } catch (error) {
      await writer.end();
      throw error;
    }
    this.writer = writer;
    return new ThreadedDatabase(
      writer,
      new DatabaseThread(newThread(this.url, [...shared, 'query_only = ON']), 'read'),
    );
  }

  /** A port to the writer of this adapter, for another thread: what both write is still one after another. */
  shareWriter(): MessagePort {
    if (!this.writer) throw new Error('The database is not open.');
    return this.writer.share();
  }
}

/** The same for whoever only reads: one connection, which nothing can be written through. The file must be there. */
export class ReadingAdapter implements SqlDriverAdapterFactory {
  readonly provider = 'sqlite';
  readonly adapterName = '@scaletrace/thread';

  constructor(private readonly url: string) {}

  connect(): Promise<SqlDriverAdapter> {
    const { provider, adapterName } = this;
    const reader = new DatabaseThread(
      newThread(this.url, ['busy_timeout = 5000', 'query_only = ON']),
      'read',
    );
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

interface Answer {
  id: number;
  value?: unknown;
  error?: { message: string; cause?: DriverError };
}

function newThread(url: string, pragmas: string[]): Worker {
  const path = join(/* turbopackIgnore: true */ projectRoot(), 'lib/store/database-thread.mjs');
  return new Worker(/* turbopackIgnore: true */ path, {
    workerData: { url, pragmas },
    execArgv: [],
    // What it makes is handed on at once.
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  });
}

/** One thread with one connection; it answers in the order in which it is asked. */
class DatabaseThread {
  private readonly waiting = new Map<
    number,
    { resolve: (value: never) => void; reject: (error: Error) => void; noteTime: () => void }
  >();
  private lastId = 0;

  /** `thread`: the thread itself, which ends with this, or a port to one that goes on. */
  constructor(
    private readonly thread: Worker | MessagePort,
    private readonly kind: 'read' | 'write',
  ) {
    const ended = (): void => this.abandon(new CodedError(message('reasons.database-thread-ended')));
    thread.on('message', (answer: Answer) => this.take(answer));
    if (thread instanceof Worker) thread.on('error', (error) => this.abandon(error)).on('exit', ended);
    else thread.on('close', ended);
    thread.unref();
  }

  call<T>(method: string, argument: unknown, transaction: number | null = null): Promise<T> {
    const id = ++this.lastId;
    const noteTime = timeQuery(this.kind);
    return new Promise((resolve, reject) => {
      // Who waits for an answer keeps the process alive; an idle thread does not.
      if (this.waiting.size === 0) this.thread.ref();
      this.waiting.set(id, { resolve, reject, noteTime });
      this.thread.postMessage({ id, transaction, method, argument });
    });
  }

  get isIdle(): boolean {
    return this.waiting.size === 0;
  }

  /** A port to the same thread. */
  share(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.thread.postMessage({ port: port1 }, [port1]);
    return port2;
  }

  async end(): Promise<void> {
    if (!(this.thread instanceof Worker)) return this.thread.close();
    await this.call('dispose', null).catch(() => undefined);
    await this.thread.terminate();
  }

  private take({ id, value, error }: Answer): void {
    const asked = this.waiting.get(id);
    if (!asked) return;
    this.waiting.delete(id);
    asked.noteTime();
    if (this.waiting.size === 0) this.thread.unref();
    if (!error) asked.resolve(value as never);
    else asked.reject(error.cause?.kind ? new DriverAdapterError(error.cause) : new Error(error.message));
  }

  private abandon(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
