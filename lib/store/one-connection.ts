import { type Client, type Config, type Transaction } from '@libsql/client';
import { PrismaLibSql } from '@prisma/adapter-libsql';

/**
 * libSQL's client opens a new connection after each transaction and leaves the old one to the garbage collector: it
 * lacks the pragmas, it costs more than the transaction, and a busy second can use up the process's files. Prisma's
 * adapter lets nobody else at the client while a transaction is open, so that one connection serves both
 * (docs/decisions/libsql.md).
 */
export class OneConnection extends PrismaLibSql {
  override createClient(config: Config): Client {
    const client = super.createClient(config);
    client.transaction = (): Promise<Transaction> => begin(client);
    return client;
  }
}

async function begin(client: Client): Promise<Transaction> {
  // Ours write; begun as readers they would fail where another process wrote meanwhile, however patient they are.
  await client.execute('BEGIN IMMEDIATE');
  let closed = false;
  const end = async (sql: 'COMMIT' | 'ROLLBACK'): Promise<void> => {
    if (closed) return;
    closed = true;
    await client.execute(sql);
  };
  return {
    execute: (statement) => client.execute(statement),
    batch: async (statements) => {
      const results = [];
      for (const statement of statements) results.push(await client.execute(statement));
      return results;
    },
    executeMultiple: (sql) => client.executeMultiple(sql),
    commit: () => end('COMMIT'),
    rollback: () => end('ROLLBACK'),
    close: () => void end('ROLLBACK'),
    get closed() {
      return closed;
    },
  };
}
