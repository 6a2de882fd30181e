import { variable } from '@/lib/environment/environment';
import { Problem } from '@/lib/model/problem';

const retryAfterSeconds = 10;

const shared = globalThis as typeof globalThis & {
  scaletraceReaders?: { runs: Map<string, number>; addresses: Map<string, number> };
};

/**
 * Counts somebody who follows a run live, until `signal` aborts. Throws a Problem, with Retry-After, where the run has as
 * many readers as it may (503), or their address (429).
 */
export function admitReader(runId: string, address: string, signal: AbortSignal): void {
  shared.scaletraceReaders ??= { runs: new Map(), addresses: new Map() };
  const { runs, addresses } = shared.scaletraceReaders;
  const headers = { 'retry-after': `${retryAfterSeconds}` };
  const limits = {
    run: variable('SCALETRACE_MAX_READERS'),
    address: variable('SCALETRACE_MAX_READERS_PER_ADDRESS'),
  };
  if ((addresses.get(address) ?? 0) >= limits.address)
    throw new Problem(
      'problems.too-many-readers-of-address',
      { most: limits.address, seconds: retryAfterSeconds },
      { headers },
    );
  if ((runs.get(runId) ?? 0) >= limits.run)
    throw new Problem(
      'problems.too-many-readers',
      { most: limits.run, seconds: retryAfterSeconds },
      { headers },
    );
  if (signal.aborted) return;
  add(runs, runId, 1);
  add(addresses, address, 1);
  signal.addEventListener(
    'abort',
    () => {
      add(runs, runId, -1);
      add(addresses, address, -1);
    },
    { once: true },
  );
}

function add(counts: Map<string, number>, key: string, more: number): void {
  const count = (counts.get(key) ?? 0) + more;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
