// One connection to the SQLite file in a thread of its own: SQLite is synchronous, so whoever waits for a lock or a disk
// waits here, and not on the thread that takes pushes and answers pages (docs/decisions/database-thread.md).
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'libsql';
import { PrismaLibSql } from '@prisma/adapter-libsql';

/** @type {unknown} */
const given = workerData;
const { url, pragmas } = /** @type {{ url: string; pragmas: string[] }} */ (given);

/** @typedef {{ sql: string; args: unknown[] }} Statement */

/**
 * Prisma's adapter on one connection. libSQL's own client opens a new one after each transaction and leaves the old one
 * to the garbage collector; and a statement of its that met a lock stays half done until then, so that nothing after it
 * is committed (docs/decisions/database-thread.md). Prisma's adapter lets nobody else at the client while a transaction
 * is open.
 */
class OneConnection extends PrismaLibSql {
  /** @override @returns {any} */
  createClient() {
    const database = new Database(url.replace(/^file:(\/\/)?/, ''));
    for (const pragma of pragmas) database.exec(`PRAGMA ${pragma}`);
    return {
      execute: (/** @type {Statement} */ statement) => execute(database, statement),
      executeMultiple: async (/** @type {string} */ sql) => database.exec(sql),
      transaction: () => begin(database),
      close: () => database.close(),
    };
  }
}

/** @param {import('libsql').Database} database @param {Statement} statement */
async function execute(database, { sql, args }) {
  const prepared = database.prepare(sql);
  const values = args.map((value) => (typeof value === 'boolean' ? Number(value) : value));
  if (!prepared.reader)
    return { columns: [], columnTypes: [], rows: [], rowsAffected: prepared.run(values).changes };
  prepared.raw(true);
  const columns = prepared.columns();
  return {
    columns: columns.map((column) => column.name),
    columnTypes: columns.map((column) => column.type ?? ''),
    // The adapter takes bytes as an ArrayBuffer.
    rows: prepared
      .all(values)
      .map((row) =>
        /** @type {unknown[]} */ (row).map((value) =>
          Buffer.isBuffer(value) ? Uint8Array.from(value).buffer : value,
        ),
      ),
    rowsAffected: 0,
  };
}

/** @param {import('libsql').Database} database */
async function begin(database) {
  // A commit that failed could have left one open: the next could never begin.
  if (database.inTransaction) database.exec('ROLLBACK');
  // Ours write; begun as readers they would fail where another process wrote meanwhile, however patient they are.
  database.exec('BEGIN IMMEDIATE');
  const rollback = async () => {
    // SQLite has rolled back by itself where the disk is full.
    if (database.inTransaction) database.exec('ROLLBACK');
  };
  return {
    execute: (/** @type {Statement} */ statement) => execute(database, statement),
    rollback,
    commit: async () => {
      try {
        database.exec('COMMIT');
      } catch (error) {
        await rollback();
        throw error;
      }
    },
  };
}

/**
 * @typedef {import('@prisma/driver-adapter-utils').SqlQuery} SqlQuery
 * @typedef {{ method: 'queryRaw' | 'executeRaw'; argument: SqlQuery }} Query
 * @typedef {{ method: 'executeScript'; argument: string }} Script
 * @typedef {{ method: 'startTransaction'; argument?: import('@prisma/driver-adapter-utils').IsolationLevel }} Start
 * @typedef {{ method: 'commit' | 'rollback' | 'dispose'; argument?: undefined }} End
 * @typedef {{ id: number; transaction: number | null } & (Query | Script | Start | End)} Request
 */

/** @type {Map<number, import('@prisma/driver-adapter-utils').Transaction>} */
const transactions = new Map();
let lastTransaction = 0;

/**
 * One statement that writes. Only BEGIN can meet a lock, and it leaves nothing behind when it does.
 * @param {import('@prisma/driver-adapter-utils').SqlDriverAdapter} adapter
 * @param {'queryRaw' | 'executeRaw'} method
 * @param {import('@prisma/driver-adapter-utils').SqlQuery} query
 */
async function alone(adapter, method, query) {
  const transaction = await adapter.startTransaction();
  try {
    const result = await transaction[method](query);
    await transaction.commit();
    return result;
  } catch (error) {
    await transaction.rollback();
    throw error;
  }
}

/** @param {Request} request */
async function answer({ transaction, method, argument }) {
  const adapter = await connected;
  const target = transaction === null ? adapter : transactions.get(transaction);
  if (!target) throw new Error('The transaction has ended.');
  switch (method) {
    case 'queryRaw':
    case 'executeRaw':
      return transaction === null && /^\s*(INSERT|UPDATE|DELETE|REPLACE|WITH)\b/i.test(argument.sql)
        ? alone(adapter, method, argument)
        : target[method](argument);
    case 'executeScript':
      return adapter.executeScript(argument);
    case 'startTransaction': {
      const begun = await adapter.startTransaction(argument);
      transactions.set(++lastTransaction, begun);
      return lastTransaction;
    }
    case 'commit':
    case 'rollback':
      transactions.delete(/** @type {number} */ (transaction));
      return /** @type {import('@prisma/driver-adapter-utils').Transaction} */ (target)[method]();
    default:
      return adapter.dispose();
  }
}

const connected = new OneConnection({ url }).connect();
// Whoever asks is told; there may be nobody yet.
connected.catch(() => undefined);

parentPort?.on('message', (/** @type {Request} */ request) => {
  answer(request).then(
    (value) => parentPort?.postMessage({ id: request.id, value }),
    (/** @type {unknown} */ error) =>
      parentPort?.postMessage({
        id: request.id,
        error:
          error instanceof Error
            ? { message: error.message, cause: error.cause }
            : { message: String(error) },
      }),
  );
});
