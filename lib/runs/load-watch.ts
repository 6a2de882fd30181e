import { type RunningLoad } from '@/lib/loadgen/engine';
import { message, type Message } from '@/lib/model/message';
import { type Store } from '@/lib/store/client';
import { DatabaseUnwritable } from '@/lib/store/database-state';
import { noteProgress } from '@/lib/store/runs';
import { log } from '@/lib/telemetry/log.mjs';
import { type Intake } from './intake';
import { type Overdue } from './overdue';
import { type Recorder } from './recorder';
import { type RunClock } from './run-clock';
import { type RunThresholds } from './run-thresholds';
import { type RunTimes } from './run-times';
import { type Standstill } from './standstill';

/** A load under way, and what it is watched with. */
export interface WatchedLoad {
  runId: string;
  load: RunningLoad;
  recorder: Recorder;
  intake: Intake;
  thresholds: RunThresholds | null;
  /** Null: when it is overdue is not known here. */
  overdue: Overdue | null;
  clock: RunClock;
  standstill: Standstill;
  times: RunTimes;
  /** Adds to what the run says is assumed. */
  assume: (more: readonly Message[]) => Promise<void>;
}

/**
 * Looks after a load every `times.progressMs`: notes how far it is, tells what is late and by whose fault, and ends a load
 * that never ends by itself, or of which nothing can be stored.
 */
export class LoadWatch {
  private why: Message | null = null;
  private noting = false;
  /** The gap that is open is this thread's. */
  private ownFault = false;
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly store: Store,
    private readonly watched: WatchedLoad,
  ) {
    this.timer = setInterval(() => void this.look(), watched.times.progressMs);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Why the load was ended from here; null: it was not. */
  get endedFor(): Message | null {
    return this.why;
  }

  private async look(): Promise<void> {
    const { recorder, intake, clock, runId } = this.watched;
    this.blame(intake.lastPushMs);
    intake.noteSilent();
    const nowMs = clock.clocks.steadyMs();
    this.endOverdue(nowMs);
    const stepped = clock.wallStep();
    if (stepped)
      await this.watched.assume([stepped]).catch((error: unknown) => log.error(error, `run ${runId}`));
    if (recorder.failing) this.endUnwritable(nowMs, recorder.failing);
    else if (!this.noting) await this.note(nowMs);
  }

  private endOverdue(nowMs: number): void {
    const { overdue, intake, load, times } = this.watched;
    if (this.why !== null || !overdue?.at(nowMs, intake.totals.requests)) return;
    this.why = message('reasons.load-never-ended', { seconds: Math.round(times.overdueMs / 1000) });
    load.stop('kill');
  }

  private endUnwritable(nowMs: number, { sinceMs, error }: NonNullable<Recorder['failing']>): void {
    const { load, times } = this.watched;
    if (this.why !== null || nowMs - sinceMs <= times.unwritableMs) return;
    this.why = message('reasons.unwritable-for-long', { cause: error.said });
    load.stop('graceful');
  }

  /** For lists; the run's own page counts by itself. */
  private async note(nowMs: number): Promise<void> {
    const { recorder, intake, thresholds, runId } = this.watched;
    this.noting = true;
    await noteProgress(this.store, runId, {
      ...intake.totals,
      peakReadyPods: recorder.peakReadyPods,
      thresholds: thresholds?.now(nowMs) ?? [],
    }).catch((error: unknown) => {
      // A database that cannot be written is told by what waits for it.
      if (!(error instanceof DatabaseUnwritable)) log.error(error, `run ${runId}`);
    });
    this.noting = false;
  }

  /** A push that is late is a gap, by whose fault it is: k6 did not push, or this thread did not take it. */
  private blame(lastPushMs: number): void {
    const { recorder, clock, standstill, times } = this.watched;
    if (clock.clocks.steadyMs() - lastPushMs <= times.pushSilenceMs) {
      this.ownFault = false;
      return;
    }
    const stoodStillMs = standstill.sinceMs(lastPushMs);
    if (standstill.lateMs(lastPushMs) > times.pushSilenceMs) {
      if (this.ownFault) recorder.gapEnds('requests', clock.nowMs);
      this.ownFault = false;
      recorder.gapBegins('requests', recorder.toClock(lastPushMs), message('gaps.no-metrics'));
    } else {
      this.ownFault = true;
      recorder.gapBegins(
        'requests',
        recorder.toClock(lastPushMs),
        message('gaps.dashboard-busy', { seconds: Math.ceil(stoodStillMs / 1000) }),
      );
    }
  }
}
