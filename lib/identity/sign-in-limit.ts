import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

const shared = globalThis as typeof globalThis & { scaletraceSignInLimits?: ReturnType<typeof makeLimits> };

/** Failed sign-ins: of one name from one address, from one address whatever the name, of one name wherever from. */
function makeLimits() {
  return {
    pair: new RateLimiterMemory({ keyPrefix: 'pair', points: 5, duration: 15 * 60 }),
    address: new RateLimiterMemory({ keyPrefix: 'address', points: 50, duration: 15 * 60 }),
    name: new RateLimiterMemory({ keyPrefix: 'name', points: 100, duration: 60 * 60 }),
  };
}

/**
 * Counts an attempt to sign in before its password is looked at, so that attempts at the same time all count. Null if
 * it may go on; else in how many seconds the next one may.
 */
export async function countAttempt(name: string, address: string): Promise<number | null> {
  const { pair, address: perAddress, name: perName } = (shared.scaletraceSignInLimits ??= makeLimits());
  const results = await Promise.allSettled([
    pair.consume(`${name} ${address}`),
    perAddress.consume(address),
    perName.consume(name),
  ]);
  const waits = results.flatMap((result) =>
    result.status === 'rejected' && result.reason instanceof RateLimiterRes
      ? [result.reason.msBeforeNext]
      : [],
  );
  return waits.length === 0 ? null : Math.max(1, Math.ceil(Math.max(...waits) / 1000));
}

/** The attempt was a success: only failures count. */
export async function forgetAttempt(name: string, address: string): Promise<void> {
  const limits = (shared.scaletraceSignInLimits ??= makeLimits());
  await Promise.all([
    limits.pair.delete(`${name} ${address}`),
    limits.address.reward(address),
    limits.name.reward(name),
  ]);
}
