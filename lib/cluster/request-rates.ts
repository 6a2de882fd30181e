import { type GatewayService } from './gateway-clusters';

/** Requests/s of each revision over the time up to a reading. */
export type RevisionRates = Readonly<Record<string, number>>;

/** Rates are of about a second, as the autoscaler's averages are made of seconds. */
const leastMs = 950;

/** Makes rates of a gateway's counters: each request counts when it is sent to a pod or an activator. */
export class RequestRates {
  private last: {
    counts: RevisionRates;
    atUnixMs: number;
    /** The revisions that were known then: what was not counted of these was 0. */
    known: ReadonlySet<string>;
  } | null = null;

  /** Rates since the reading that the last ones were made of; null: too little time has passed, or nobody can tell. */
  take(counts: RevisionRates, atUnixMs: number, { revisions }: GatewayService): RevisionRates | null {
    const { last } = this;
    if (last && atUnixMs - last.atUnixMs < leastMs) return null;
    this.last = { counts, atUnixMs, known: new Set(revisions) };
    if (!last) return null;
    const rates: Record<string, number> = {};
    for (const [revision, count] of Object.entries(counts)) {
      const before = last.counts[revision] ?? (last.known.has(revision) ? 0 : null);
      // Of a cluster that was not known to be of the service its requests until now are nobody's.
      if (before === null) continue;
      // A gateway that was started anew counts from 0 again.
      if (count < before) return null;
      rates[revision] = ((count - before) * 1000) / (atUnixMs - last.atUnixMs);
    }
    return rates;
  }

  /** Nothing could be read: the next rates would be of too long a time. */
  interrupt(): void {
    this.last = null;
  }
}
