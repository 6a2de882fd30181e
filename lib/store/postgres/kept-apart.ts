import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { isPostgres, shownDatabaseUrl } from '@/lib/environment/database-url';
import { UserError } from '@/lib/environment/user-error';
import { openingError } from './failures';
import { newClient } from './pool';

/**
 * Both numbers of the advisory lock of a database's dashboards: "scal", "dash". They share it (lib/store/leases); who moves a
 * history here has it alone, and so had each dashboard of a Scaletrace that knew of no others, and would take their runs for
 * left ones.
 */
const lockKeys = '1935892844, 1684108136';
/** A dashboard that was killed has its lock until the server notices: so long it is waited for. */
const noticedMs = 3000;
const againMs = 250;

const holdersSchema = z.array(z.object({ application_name: z.string() }));

/** The lock, held by a connection of its own. */
interface DashboardLock {
  /** Resolves when the connection is lost, and with it the lock. */
  lost: Promise<void>;
  release(): Promise<void>;
}

const shared = globalThis as typeof globalThis & { scaletraceDatabases?: Map<string, Promise<void>> };

/**
 * Makes this process a dashboard on a PostgreSQL database until it ends, however it ends. Throws a UserError where a history
 * is being moved there, or where an older dashboard has it alone, by its address. Of a file nothing is asked: the lock of its
 * state folder says as much. `address`: where this one is reached. `onOther`: the connection was lost for a while, and who
 * wants to be alone has come meanwhile.
 */
export function holdDatabase(
  databaseUrl: string,
  address: string,
  onOther: (error: UserError) => void,
): Promise<void> {
  if (!isPostgres(databaseUrl)) return Promise.resolve();
  const held = (shared.scaletraceDatabases ??= new Map<string, Promise<void>>());
  const known = held.get(databaseUrl);
  if (known) return known;
  const own = nameOf(address);
  const holding = lockDatabase(databaseUrl, own, 'shared').then(
    (lock) => void keep(databaseUrl, own, lock, onOther),
  );
  held.set(databaseUrl, holding);
  holding.catch(() => held.delete(databaseUrl));
  return holding;
}

/** Throws a UserError where another process has this database alone. */
export async function refuseBesideOther(databaseUrl: string): Promise<void> {
  if (!isPostgres(databaseUrl) || shared.scaletraceDatabases?.has(databaseUrl)) return;
  await (await lockDatabase(databaseUrl, nameOf(''), 'shared')).release();
}

/** Takes the lock anew whenever its connection was lost, until another has it. */
async function keep(
  databaseUrl: string,
  own: string,
  first: DashboardLock,
  onOther: (error: UserError) => void,
): Promise<void> {
  for (let lock: DashboardLock | null = first; ;) {
    await lock?.lost;
    await pause(againMs, undefined, { ref: false });
    try {
      lock = await lockDatabase(databaseUrl, own, 'shared');
    } catch (error) {
      if (error instanceof OtherDashboard) return onOther(error);
      lock = null;
    }
  }
}

/** Another has the lock. */
class OtherDashboard extends UserError {}

/** Takes the lock, `own` being how this process is told from others. Throws OtherDashboard, or why there is no connection. */
export async function lockDatabase(
  databaseUrl: string,
  own: string,
  how: 'shared' | 'alone',
): Promise<DashboardLock> {
  const client = newClient(databaseUrl);
  const lost = new Promise<void>((resolve) =>
    client.once('error', () => resolve()).once('end', () => resolve()),
  );
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(`SET application_name = '${own}'`);
    for (const untilMs = performance.now() + noticedMs; ;) {
      const { rows } = await client.query<{ taken: boolean }>(
        `SELECT pg_try_advisory_lock${how === 'shared' ? '_shared' : ''}(${lockKeys}) AS taken`,
      );
      if (rows[0]?.taken) return { lost, release: () => client.end() };
      if (performance.now() > untilMs) break;
      await pause(againMs);
    }
    const [classId, objectId] = lockKeys.split(', ');
    const { rows } = await client.query(
      `SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND classid = ${classId} AND objid = ${objectId} AND granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    );
    const [holder] = holdersSchema.parse(rows);
    // Our own connection of before, of which the server does not know yet that it is lost.
    if (holder?.application_name === own) throw new Error('The lock is still our own.');
    throw new OtherDashboard(heldBy(databaseUrl, holder?.application_name ?? ''));
  } catch (error) {
    await client.end().catch(() => undefined);
    throw openingError(error, databaseUrl);
  }
}

/** How a process is shown in `pg_stat_activity`, which keeps 63 characters. */
function nameOf(address: string): string {
  return `scaletrace ${randomUUID().slice(0, 8)} ${address.replaceAll(/[^\w.:/[\]-]/g, '')}`
    .slice(0, 63)
    .trim();
}

function heldBy(databaseUrl: string, holder: string): string {
  const address = holder.split(' ')[2];
  return `Another Scaletrace${address ? ` (${address})` : ''} uses ${shownDatabaseUrl(databaseUrl)}: use that one, end it, or name another database in DATABASE_URL.`;
}
