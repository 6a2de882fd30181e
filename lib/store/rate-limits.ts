import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import { type Store } from './client';
import { dialectOf } from './dialect';

/** What is tried at most `points` times in so many seconds by whoever has the same key. */
export interface Limit {
  keyPrefix: string;
  points: number;
  duration: number;
}

const shared = globalThis as typeof globalThis & {
  scaletraceRateLimits?: WeakMap<Store, Map<string, RateLimiterAbstract>>;
};

/**
 * The counter of a limit: dashboards that share a database count together, so that one who is refused by one is by all;
 * with SQLite there is one dashboard, which counts in memory.
 */
function limiterOf(store: Store, limit: Limit): RateLimiterAbstract {
  const limiters = (shared.scaletraceRateLimits ??= new WeakMap());
  const ofStore = limiters.get(store) ?? new Map<string, RateLimiterAbstract>();
  limiters.set(store, ofStore);
  const known = ofStore.get(limit.keyPrefix);
  if (known) return known;
  const made =
    dialectOf(store).kind === 'sqlite'
      ? new RateLimiterMemory(limit)
      : new RateLimiterPostgres({
          ...limit,
          storeClient: { query: (question: Question) => ask(store, question) },
          storeType: 'client',
          tableName: 'RateLimit',
          tableCreated: true,
        });
  ofStore.set(limit.keyPrefix, made);
  return made;
}

interface Question {
  text: string;
  values: unknown[];
}

async function ask(store: Store, { text, values }: Question): Promise<{ rows: unknown[]; rowCount: number }> {
  const rows = await store.$queryRawUnsafe<unknown[]>(text, ...values);
  return { rows, rowCount: rows.length };
}

/**
 * Counts a try of each key before what is tried is looked at, so that tries at the same time all count. Null if it may go
 * on; else in how many seconds the next one may. Throws where it cannot be counted: nothing is tried uncounted.
 */
export async function countTry(
  store: Store,
  tries: readonly (readonly [Limit, string])[],
): Promise<number | null> {
  const counted = await Promise.allSettled(tries.map(([limit, key]) => limiterOf(store, limit).consume(key)));
  const waits = counted.flatMap((result) => {
    if (result.status === 'fulfilled') return [];
    if (result.reason instanceof RateLimiterRes) return [result.reason.msBeforeNext];
    throw result.reason;
  });
  return waits.length === 0 ? null : Math.max(1, Math.ceil(Math.max(...waits) / 1000));
}

/** Takes a try back that was right: only wrong ones count. */
export async function takeBack(store: Store, limit: Limit, key: string): Promise<void> {
  await limiterOf(store, limit).reward(key);
}

/** Forgets all tries of a key. */
export async function forgetTries(store: Store, limit: Limit, key: string): Promise<void> {
  await limiterOf(store, limit).delete(key);
}
