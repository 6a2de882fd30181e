import { type Run } from '@/lib/model/run';
import { durationMs } from '@/lib/timeline/scenarios';

/** What k6 gives setup(), teardown() and handleSummary() where the script says nothing else (cmd/run.go, lib/options.go). */
const mostMs = { setup: 60_000, teardown: 60_000, handleSummary: 120_000 };

/**
 * The longest time that k6 gives a load of these options, gracefulStop and all included (ms); null: they do not tell.
 * `code`: the script's, since what it does not name takes no time.
 */
export function longestLoadMs(options: Run['options'], code: readonly string[]): number | null {
  const given = (name: string): number | null => {
    const value = options[name];
    return typeof value === 'string' ? durationMs(value) : null;
  };
  const totalMs = given('totalDuration');
  if (totalMs === null) return null;
  const beside = (['setup', 'teardown', 'handleSummary'] as const).filter((name) =>
    code.some((text) => text.includes(name)),
  );
  return beside.reduce((sum, name) => sum + (given(`${name}Timeout`) ?? mostMs[name]), totalMs);
}

/**
 * Notices a load that never ends: past its longest time, and with no request counted for a while. k6 cuts off iterations
 * and gRPC streams, but waits for a WebSocket until its other side has closed it too.
 */
export class Overdue {
  private requests = 0;
  private countedMs: number;

  /** `longestMs`: as `longestLoadMs`; `startMs` is on the steady clock. */
  constructor(
    private readonly longestMs: number | null,
    private readonly quietMs: number,
    private readonly startMs: number,
  ) {
    this.countedMs = startMs;
  }

  /** Whether a load that has counted so many requests by now is to be ended. */
  at(nowMs: number, requests: number): boolean {
    if (requests !== this.requests) this.countedMs = nowMs;
    this.requests = requests;
    // A load of which nothing has begun may still be starting its users.
    if (this.longestMs === null || requests === 0) return false;
    return Math.max(this.startMs + this.longestMs, this.countedMs) + this.quietMs < nowMs;
  }
}
