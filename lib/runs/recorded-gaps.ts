import { message, type Message, messageOfError } from '@/lib/model/message';
import { type RecordingGap } from '@/lib/model/recording';
import { type Store } from '@/lib/store/client';
import * as rows from '@/lib/store/recording';
import { recordingMetrics } from '@/lib/telemetry/metrics';
import { english } from '@/lib/words/english';
import { announceChange } from './changes';
import { QueueFull } from './write-queue';

/** What is lost where a row cannot be stored: a part of the run, on its clock. Of k6's log only lines are. */
export interface Part {
  what: RecordingGap['what'] | 'log';
  fromMs: number;
  toMs: number;
}

interface OpenGap {
  what: RecordingGap['what'];
  fromMs: number;
  reason: Message;
  /** Of its row; null: it is not stored yet. */
  id: number | null;
}

/** The gaps of one run's recording: what could not be read, and what was read and could not be stored. */
export class RecordedGaps {
  private readonly open = new Map<string, OpenGap>();
  private readonly losses = new Map<Part['what'], Omit<Part, 'what'> & { reason: Message }>();

  /** `keep` stores what is small and must not be dropped, in order with the rest of the recording. */
  constructor(
    private readonly store: Store,
    private readonly runId: string,
    private readonly keep: (action: () => Promise<unknown>) => Promise<void>,
  ) {}

  /** Opens a gap of this kind unless one is open. `key` tells apart what may be missing beside others of its kind. */
  begin(what: RecordingGap['what'], fromMs: number, reason: Message, key: string): void {
    if (this.open.has(key)) return;
    const gap: OpenGap = { what, fromMs, reason, id: null };
    this.open.set(key, gap);
    recordingMetrics().gaps.inc({ what });
    void this.keep(async () => {
      gap.id = await rows.openGap(this.store, this.runId, { what, fromMs, toMs: null, reason });
    });
    announceChange(this.runId, 'rows');
  }

  /** Closes the open gap of this key, if any. */
  end(key: string, toMs: number): void {
    const gap = this.open.get(key);
    if (!gap) return;
    this.open.delete(key);
    const { what, fromMs, reason } = gap;
    void this.keep(() =>
      // Its beginning may not have been stored: then it is stored whole.
      gap.id === null
        ? rows.openGap(this.store, this.runId, { what, fromMs, toMs, reason })
        : rows.closeGap(this.store, gap.id, toMs),
    );
  }

  /** A part of the run is lost: a gap, which grows until it can be stored. */
  lose({ what, fromMs, toMs }: Part, error: unknown): void {
    const known = this.losses.get(what);
    if (known) {
      known.fromMs = Math.min(known.fromMs, fromMs);
      known.toMs = Math.max(known.toMs, toMs);
      return;
    }
    const reason =
      error instanceof QueueFull
        ? message('gaps.dropped')
        : message('gaps.not-stored', { cause: messageOfError(error) });
    const loss = { fromMs, toMs, reason };
    this.losses.set(what, loss);
    recordingMetrics().gaps.inc({ what });
    void this.keep(async () => {
      const stored = { fromMs: loss.fromMs, toMs: loss.toMs, reason };
      if (what === 'log')
        await rows.appendLog(this.store, this.runId, [
          { atMs: stored.fromMs, level: 'warning', text: english(reason) },
        ]);
      else await rows.openGap(this.store, this.runId, { what, ...stored });
      this.losses.delete(what);
      // It grew while it was stored.
      if (loss.toMs > stored.toMs) this.lose({ what, fromMs: stored.toMs, toMs: loss.toMs }, error);
    });
    announceChange(this.runId, 'rows');
  }

  /**
   * Gaps that are not in the database: those that wait to be stored, and the one that lasts while nothing can be, since
   * `failing`. Their ids are below zero.
   */
  unstored(failing: { sinceMs: number; cause: Message } | null): RecordingGap[] {
    const gaps: rows.NewGap[] = [];
    for (const { what, fromMs, reason, id } of this.open.values())
      if (id === null) gaps.push({ what, fromMs, toMs: null, reason });
    for (const [what, { fromMs, toMs, reason }] of this.losses)
      if (what !== 'log') gaps.push({ what, fromMs, toMs, reason });
    if (failing)
      gaps.push({
        what: 'requests',
        fromMs: failing.sinceMs,
        toMs: null,
        reason: message('gaps.not-stored-yet', { cause: failing.cause }),
      });
    return gaps.map(({ reason, ...gap }, index) => ({
      ...gap,
      ...reason,
      reason: english(reason),
      id: -1 - index,
    }));
  }
}
