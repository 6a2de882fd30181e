import { Client, Pool, type PoolConfig } from 'pg';
import { parse, toClientConfig } from 'pg-connection-string';
import { UserError } from '@/lib/environment/user-error';
import { leaseMs } from '@/lib/store/leases/lease';
import { shownDatabaseUrl } from '@/lib/environment/database-url';

/** How long opening a connection, or waiting for one that is free, may take (ms): a server that is gone refuses at once. */
const connectingMs = 5000;
/** How many connections a thread of the dashboard opens at most; three threads may be at work. */
const connections = 8;
/** Who hears nothing for so long (ms) takes the connection for lost: a machine that went away without a word. */
const silenceMs = 60_000;

/**
 * How to connect by a DATABASE_URL. `sslmode` means what it means to PostgreSQL's own programs: `require` encrypts and looks
 * at no certificate, `verify-ca` and `verify-full` take `sslrootcert`. Throws a UserError, which names no password, where it
 * is no such address.
 */
function clientConfig(databaseUrl: string): PoolConfig {
  try {
    return {
      ...toClientConfig(parse(databaseUrl, { useLibpqCompat: true })),
      application_name: 'scaletrace',
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    };
  } catch (error) {
    throw new UserError(
      `DATABASE_URL is wrong (${shownDatabaseUrl(databaseUrl)}): ${(error as Error).message.split('\n')[0]}\n  It takes postgres://USER:PASSWORD@HOST:PORT/DATABASE, with special characters percent-encoded.`,
    );
  }
}

/** One connection, not yet open. */
export function newClient(databaseUrl: string): Client {
  return new Client({ ...clientConfig(databaseUrl), connectionTimeoutMillis: connectingMs });
}

/**
 * Connections that are opened as they are needed. `patienceMs`: how long a statement waits for another's lock. `onlyReads`:
 * nothing can be written by them.
 */
export function newPool(databaseUrl: string, patienceMs: number, onlyReads: boolean): Pool {
  return new Pool({
    ...clientConfig(databaseUrl),
    max: connections,
    connectionTimeoutMillis: connectingMs,
    query_timeout: silenceMs,
    Client: BoundedClient,
    // Whoever waits for an answer keeps the process alive; an idle connection does not.
    allowExitOnIdle: true,
    // The pool waits for what is given back, which its type does not say.
    onConnect: (client) => client.query(settingsOf(patienceMs, onlyReads)) as unknown as void,
  });
}

function settingsOf(patienceMs: number, onlyReads: boolean): string {
  const settings = {
    // Prisma names the schema in each statement of its; ours are in the same.
    search_path: 'public',
    lock_timeout: `${patienceMs}`,
    // A process that stands still lets go of what it holds when it is taken for dead.
    idle_in_transaction_session_timeout: `${leaseMs}`,
    default_transaction_read_only: onlyReads ? 'on' : 'off',
  };
  return `SELECT ${Object.entries(settings)
    .map(([name, value]) => `set_config('${name}', '${value}', false)`)
    .join(', ')}`;
}

/** pg gives up a question that is not answered, but goes on with the connection, where the answer may still come. */
class BoundedClient extends Client {
  override query(...args: never[]): never {
    const asked: unknown = super.query(...(args as unknown as [string]));
    if (asked instanceof Promise)
      asked.catch((error: unknown) => {
        if (/Query read timeout/.test((error as Error).message))
          (this as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
      });
    return asked as never;
  }
}
