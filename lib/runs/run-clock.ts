import { steadyNow } from '@/lib/environment/steady-clock';
import { message, type Message } from '@/lib/model/message';

/** Where a run takes its times from, both in ms: the wall clock's Unix time, which may be set, and one that only goes on. */
export interface Clocks {
  wallMs(this: void): number;
  steadyMs(this: void): number;
}
export const systemClocks: Clocks = { wallMs: Date.now, steadyMs: steadyNow };

/** The wall clock was set, rather than trimmed, where it moved by so much between two looks. */
const steppedMs = 1000;

/** One run's clock: its zero is fixed once, at a time of the wall clock; from there it is the steady clock alone. */
export class RunClock {
  /** The zero by the wall clock, Unix ms. */
  readonly originMs: number;
  /** The zero by the steady clock. */
  readonly zeroMs: number;
  private wallAheadMs = 0;

  /** `originMs`: the zero of a run that another process has begun, by the wall clock, which is all that both know. */
  constructor(
    readonly clocks: Clocks = systemClocks,
    originMs: number | null = null,
  ) {
    const wallMs = clocks.wallMs();
    this.originMs = originMs ?? wallMs;
    this.zeroMs = clocks.steadyMs() - (wallMs - this.originMs);
  }

  /** The time since the run's zero, in whole ms. */
  get nowMs(): number {
    return Math.round(this.clocks.steadyMs() - this.zeroMs);
  }

  /** By how much the wall clock was set since this was last asked, and where the run was then; null: it was not. */
  wallStep(): Message | null {
    const { nowMs } = this;
    const aheadMs = this.clocks.wallMs() - this.originMs - nowMs;
    const byMs = aheadMs - this.wallAheadMs;
    if (Math.abs(byMs) < steppedMs) return null;
    this.wallAheadMs = aheadMs;
    return message('assumptions.wall-clock-set', {
      way: byMs > 0 ? 'forward' : 'back',
      seconds: Math.abs(Math.round(byMs / 1000)),
      second: Math.round(nowMs / 1000),
    });
  }
}
