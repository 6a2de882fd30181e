import { type ExponentialHistogram } from '@/lib/model/histogram';
import { cellBounds } from '@/lib/statistics/histogram/bounds';

/** Mean requests in flight over the second that ends at `atMs`. */
export interface InFlightSecond {
  atMs: number;
  total: number;
}

/** One push of k6: what ended since the push before. */
export interface EndedRequests {
  atMs: number;
  /** Durations in seconds. */
  durations: readonly ExponentialHistogram[];
  /** Virtual users at this moment; null: not told. */
  users: number | null;
}

interface Slot {
  fromMs: number;
  toMs: number;
  /** Requests × ms, as far as requests that were under way in it have ended. */
  busyMs: number;
  /** What is taken to be in flight at least while not all of them have ended. */
  provisional: number;
  most: number;
  told: number;
}

interface Ended {
  durationMs: number;
  count: number;
}

/** Pushes nearer than this are one: k6's last brings what its last but one lacked. */
const shortestMs = 300;
/** Moments of a second at which requests are taken to have ended. */
const moments = 8;
const noticeable = 0.02;

/**
 * Requests in flight where nobody but k6 counts them. A request is known when it ends; then it counts in every second in
 * which it was under way (Little's law, spread over time). For the last seconds, whose requests have not all ended, it is
 * estimated: as many as by the rate and the durations of those that ended, or as were in flight before and have not
 * ended; every virtual user, before any request has ended. Never more than there are virtual users.
 */
export class InFlight {
  private readonly slots: Slot[] = [];
  /** What ended lately, and for how many more pushes it tells of others like it. */
  private recent: (Ended & { pushesLeft: number; perPush: number })[] = [];
  private longestMs = 0;
  private lastEndMs = -Infinity;
  private users: number | null = null;

  /** `startMs`: when the load began. */
  constructor(private readonly startMs: number) {}

  /** Takes a push; the seconds whose number is new or another now, in order of time. */
  push({ atMs, durations, users }: EndedRequests): InFlightSecond[] {
    const before = this.slots.at(-1);
    const sincePushMs = atMs - (before?.toMs ?? this.startMs);
    if (sincePushMs >= shortestMs || !before) this.open(atMs, users);
    const slot = this.slots.at(-1)!;
    const ended = durations.flatMap(durationsOf);
    for (const one of ended) this.spread(one, slot);
    const count = ended.reduce((sum, one) => sum + one.count, 0);
    if (count > 0) this.lastEndMs = slot.toMs;
    if (slot !== before) {
      this.remember(ended, slot.toMs - slot.fromMs);
      slot.provisional = this.estimate(before, count);
    }
    return this.changed();
  }

  /** The load is over, so every request has ended: the seconds whose number is another now. */
  finish(): InFlightSecond[] {
    for (const slot of this.slots) slot.provisional = 0;
    return this.changed();
  }

  private open(atMs: number, users: number | null): void {
    const most = Math.max(users ?? this.users ?? Infinity, this.users ?? 0);
    this.users = users ?? this.users;
    const fromMs = Math.min(this.slots.at(-1)?.toMs ?? this.startMs, atMs - 1);
    this.slots.push({ fromMs, toMs: atMs, busyMs: 0, provisional: 0, most, told: NaN });
  }

  /** Adds requests that ended in a slot to all seconds in which they were under way. */
  private spread({ durationMs, count }: Ended, { fromMs, toMs }: Slot): void {
    this.longestMs = Math.max(this.longestMs, durationMs);
    for (let moment = 0; moment < moments; moment++) {
      const endMs = fromMs + ((moment + 0.5) / moments) * (toMs - fromMs);
      const beginMs = endMs - durationMs;
      for (let i = this.slots.length - 1; i >= 0 && this.slots[i]!.toMs > beginMs; i--) {
        const slot = this.slots[i]!;
        const withinMs = Math.min(endMs, slot.toMs) - Math.max(beginMs, slot.fromMs);
        if (withinMs > 0) slot.busyMs += (count / moments) * withinMs;
      }
    }
  }

  private remember(ended: readonly Ended[], lengthMs: number): void {
    this.recent = this.recent.filter((one) => --one.pushesLeft > 0);
    for (const { durationMs, count } of ended) {
      const pushesLeft = Math.max(1, Math.round(durationMs / lengthMs));
      const perPush = (count * durationMs) / (pushesLeft * lengthMs);
      this.recent.push({ durationMs, count, pushesLeft, perPush });
    }
  }

  private estimate(before: Slot | undefined, ended: number): number {
    if (this.lastEndMs === -Infinity) return this.users ?? 0;
    const byRate = this.recent.reduce((sum, { perPush }) => sum + perPush, 0);
    const stillThere = before ? Math.min(this.users ?? Infinity, valueOf(before)) - ended : 0;
    return Math.max(byRate, stillThere);
  }

  private changed(): InFlightSecond[] {
    const nowMs = this.slots.at(-1)?.toMs ?? 0;
    const seconds: InFlightSecond[] = [];
    for (const slot of this.slots) {
      // As old as the longest request so far, while requests still end: all that were under way in it have ended.
      if (nowMs - slot.toMs >= this.longestMs && slot.toMs < this.lastEndMs) slot.provisional = 0;
      const total = valueOf(slot);
      if (Math.abs(total - slot.told) <= noticeable * Math.max(1, total)) continue;
      slot.told = total;
      seconds.push({ atMs: slot.toMs, total });
    }
    return seconds;
  }
}

const valueOf = ({ busyMs, fromMs, toMs, provisional, most }: Slot): number =>
  Math.min(most, Math.round(Math.max(busyMs / (toMs - fromMs), provisional) * 1e6) / 1e6);

/** A histogram's durations in ms, one a bucket, moved within it so that their sum is the true one. */
function durationsOf({ schema, cells, sum }: ExponentialHistogram): Ended[] {
  const middles = cells.map(([index, count]) => {
    const { lower, upper } = cellBounds(schema, index);
    return { count, durationMs: 500 * (lower + upper) };
  });
  const estimatedMs = middles.reduce((total, { count, durationMs }) => total + count * durationMs, 0);
  const factor = estimatedMs > 0 ? (sum * 1000) / estimatedMs : 1;
  return middles.map(({ count, durationMs }) => ({ count, durationMs: durationMs * factor }));
}
