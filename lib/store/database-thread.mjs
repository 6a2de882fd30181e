// One connection to the SQLite file in a thread of its own: SQLite is synchronous, so whoever waits for a lock or a disk
// waits here, and not on the thread that takes pushes and answers pages (docs/decisions/database-thread.md).
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'libsql';
import { PrismaLibSql } from '@prisma/adapter-libsql';
import { native } from './native-calls.mjs';

/**
 * @typedef {import('@prisma/driver-adapter-utils').SqlDriverAdapter} SqlDriverAdapter
 * @typedef {import('@prisma/driver-adapter-utils').SqlQuery} SqlQuery
 * @typedef {import('@prisma/driver-adapter-utils').Transaction} Transaction
 * @typedef {import('@prisma/driver-adapter-utils').IsolationLevel} IsolationLevel
 * @typedef {{ sql: string; args: unknown[] }} Statement
 * @typedef {(
 *   | { method: 'queryRaw' | 'executeRaw'; argument: SqlQuery }
 *   | { method: 'executeScript'; argument: string }
 *   | { method: 'startTransaction'; argument?: IsolationLevel }
 *   | { method: 'commit' | 'rollback' | 'dispose'; argument: null }
 * ) & { id: number; transaction: number | null }} Request what is asked of this thread; `transaction` is one's number
 * @typedef {{ port: import('node:worker_threads').MessagePort; only: boolean }} Lent
 */

/** @type {unknown} */
const given = workerData;
const { url, pragmas, flags } = /** @type {{ url: string; pragmas: string[]; flags: Int32Array }} */ (given);

/**
 * Prisma's adapter on one connection. libSQL's own client opens a new one after each transaction and leaves the old one
 * to the garbage collector; and a statement of its that met a lock stays half done until then, so that nothing after it
 * is committed. Prisma's adapter lets nobody else at the client while a transaction is open.
 */
class OneConnection extends PrismaLibSql {
  /** @override */
  createClient() {
    const database = native(flags, () => {
      const opened = new Database(url.replace(/^file:(\/\/)?/, ''));
      for (const pragma of pragmas) opened.exec(`PRAGMA ${pragma}`);
      return opened;
    });
    const client = {
      execute: (/** @type {Statement} */ statement) => attempt(() => execute(database, statement)),
      executeMultiple: (/** @type {string} */ sql) =>
        attempt(() => {
          try {
            database.exec(sql);
          } finally {
            rollback(database);
          }
        }),
      transaction: () => attempt(() => begin(database)),
      close: () => native(flags, () => database.close()),
    };
    // What of libSQL's client Prisma's adapter uses.
    return /** @type {import('@libsql/client').Client} */ (/** @type {unknown} */ (client));
  }
}

/**
 * What SQLite throws at once is a promise that rejects.
 * @template T @param {() => T} action @returns {Promise<T>}
 */
function attempt(action) {
  return new Promise((resolve) => resolve(native(flags, action)));
}

/** @param {Database.Database} database @param {Statement} statement */
function execute(database, { sql, args }) {
  const prepared = database.prepare(sql);
  const values = args.map((value) => (typeof value === 'boolean' ? Number(value) : value));
  if (!prepared.reader)
    return { columns: [], columnTypes: [], rows: [], rowsAffected: prepared.run(values).changes };
  prepared.raw(true);
  const columns = prepared.columns();
  const rows = /** @type {unknown[][]} */ (prepared.all(values));
  return {
    columns: columns.map(({ name }) => name),
    columnTypes: columns.map(({ type }) => type ?? ''),
    // The adapter takes bytes as an ArrayBuffer.
    rows: rows.map((row) =>
      row.map((value) => (Buffer.isBuffer(value) ? Uint8Array.from(value).buffer : value)),
    ),
    rowsAffected: 0,
  };
}

/** @param {Database.Database} database */
function begin(database) {
  // One that was left open would let no other begin.
  rollback(database);
  // Ours write; begun as readers they would fail where another process wrote meanwhile, however patient they are.
  database.exec('BEGIN IMMEDIATE');
  return {
    execute: (/** @type {Statement} */ statement) => attempt(() => execute(database, statement)),
    rollback: () => attempt(() => rollback(database)),
    commit: () =>
      attempt(() => {
        try {
          database.exec('COMMIT');
        } finally {
          rollback(database);
        }
      }),
  };
}

/** Ends what is open: nothing, where it was committed, or where SQLite rolled it back by itself (a full disk). @param {Database.Database} database */
function rollback(database) {
  if (database.inTransaction) database.exec('ROLLBACK');
}

/** @type {Map<number, Transaction>} */
const transactions = new Map();
let lastTransaction = 0;

/** @param {number} number */
function transactionOf(number) {
  const transaction = transactions.get(number);
  if (!transaction) throw new Error('The transaction has ended.');
  return transaction;
}

/**
 * One statement that writes. Only BEGIN can meet a lock, and it leaves nothing behind when it does.
 * @param {SqlDriverAdapter} adapter @param {'queryRaw' | 'executeRaw'} method @param {SqlQuery} query
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

/** @param {Request} request @returns {Promise<unknown>} */
async function answer(request) {
  const adapter = await connected;
  const { transaction } = request;
  switch (request.method) {
    case 'queryRaw':
    case 'executeRaw': {
      const { method, argument } = request;
      if (transaction !== null) return transactionOf(transaction)[method](argument);
      return /^\s*(INSERT|UPDATE|DELETE|REPLACE|WITH)\b/i.test(argument.sql)
        ? alone(adapter, method, argument)
        : adapter[method](argument);
    }
    case 'executeScript':
      return adapter.executeScript(request.argument);
    case 'startTransaction': {
      const begun = await adapter.startTransaction(request.argument);
      transactions.set(++lastTransaction, begun);
      return lastTransaction;
    }
    case 'commit':
    case 'rollback': {
      const ended = transactionOf(transaction ?? 0);
      transactions.delete(transaction ?? 0);
      return ended[request.method]();
    }
    case 'dispose':
      return adapter.dispose();
  }
}

const connected = new OneConnection({ url }).connect();
// Whoever asks is told; there may be nobody yet.
connected.catch(() => undefined);

/**
 * Prisma's adapter says what SQLite refused, but for a COMMIT: there the error is libSQL's own. A small transaction meets
 * a full disk only then.
 * @param {Error & { rawCode?: number }} error
 */
function causeOf({ cause, rawCode, message }) {
  if (cause !== undefined || rawCode === undefined) return cause;
  return { kind: 'sqlite', extendedCode: rawCode, message, originalMessage: message };
}

/**
 * Answers who asks by this port, among them those whom it brings along: another thread's ports. With one that has this
 * thread to itself the thread ends.
 * @param {import('node:worker_threads').MessagePort} port
 */
function serve(port) {
  port.on('message', (/** @type {Request | Lent} */ asked) => {
    if ('port' in asked) {
      if (asked.only) asked.port.once('close', end);
      return serve(asked.port);
    }
    answer(asked).then(
      (value) => port.postMessage({ id: asked.id, value }),
      (/** @type {Error & { rawCode?: number }} */ error) =>
        port.postMessage({ id: asked.id, error: { message: error.message, cause: causeOf(error) } }),
    );
  });
}

function end() {
  connected
    .then((adapter) => adapter.dispose())
    .catch(() => undefined)
    .finally(() => parentPort?.close());
}

if (parentPort) serve(parentPort);
