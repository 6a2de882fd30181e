import { randomUUID } from 'node:crypto';
import { resourceOf } from '@/lib/autoscaling';
import { type Service } from '@/lib/model/run';
import { insertPiece } from '@/lib/store/boards';
import { type Store } from '@/lib/store/client';
import { removeRun } from '@/lib/store/deleted-runs';
import { moveRun } from '@/lib/store/runs';
import { log } from '@/lib/telemetry/log.mjs';
import { alsoAssumed } from '@/lib/words/english';
import { closeRun } from './close-run';
import { observeService } from './observe';
import { beforeLoad, hpaAssumptions, previousSeconds } from './previous-run';
import { Recorder } from './recorder';
import { RunClock } from './run-clock';
import { tickAlong } from './tick-along';

/** A board is stored in pieces of an hour: each is thinned, and at last removed, as a whole. */
const pieceMs = 3_600_000;
const retryMs = 5000;

/** Watches one service without a load, piece after piece, until it is stopped. */
export class BoardWatch {
  private piece: Piece | null = null;
  private timer: NodeJS.Timeout | null = null;
  private readonly stopped = new AbortController();
  private turning: Promise<void>;

  constructor(
    private readonly store: Store,
    readonly service: Service,
    private readonly pieces: { lengthMs?: number; ownerId?: string | null } = {},
  ) {
    this.turning = this.turn();
  }

  /** Ends the watch; resolves when what was seen is stored. */
  async stop(): Promise<void> {
    this.stopped.abort();
    if (this.timer) clearTimeout(this.timer);
    await this.turning;
    await this.piece?.end();
    this.piece = null;
  }

  /** The next piece takes over before the last one ends, so that nothing between is missed. */
  private async turn(): Promise<void> {
    let nextMs = this.pieces.lengthMs ?? pieceMs;
    try {
      const last = this.piece;
      const next = await Piece.begin(this.store, this.service, this.stopped.signal, {
        goesOn: last !== null,
        ownerId: this.pieces.ownerId ?? null,
      });
      this.piece = next;
      await last?.end();
    } catch (error) {
      log.error(error, `board of ${this.service.namespace}/${this.service.name}`);
      nextMs = retryMs;
    }
    if (this.stopped.signal.aborted) return;
    this.timer = setTimeout(() => {
      this.turning = this.turn();
    }, nextMs).unref();
  }
}

/** One recording of a watched service. */
class Piece {
  private constructor(
    private readonly store: Store,
    private readonly clock: RunClock,
    private readonly recorder: Recorder,
    private readonly stops: readonly (() => void)[],
  ) {}

  /** `goesOn`: it takes over from another, so that nothing of what came before is assumed. */
  static async begin(
    store: Store,
    service: Service,
    signal: AbortSignal,
    { goesOn, ownerId }: { goesOn: boolean; ownerId: string | null },
  ): Promise<Piece> {
    const id = randomUUID();
    const clock = new RunClock();
    const { originMs, zeroMs } = clock;
    const recorder = new Recorder(store, id, originMs, (error) => log.error(error, `board piece ${id}`), {
      zeroMs,
    });
    const stops: (() => void)[] = [];
    try {
      await insertPiece(store, { id, service, originMs, ownerId });
      const observation = await observeService(service, recorder, signal);
      stops.push(() => observation.stop());
      const { config, configOf, clusterVersion } = observation;
      let { autoscaling } = observation;
      const loadStartMs = clock.nowMs;
      // Without a gateway, requests are known to k6 alone: nothing could be calculated but from what pods use.
      const isRead = service.gatewayMetricsUrl !== null && config.metric === 'concurrency';
      if (isRead || resourceOf(config)) {
        const previous = await previousSeconds(store, {
          runId: id,
          service,
          nowMs: originMs + clock.nowMs,
          windowMs: config.stableWindowMs,
        });
        const { past, assumptions } = beforeLoad(config, recorder, previous);
        recorder.startAnnotator(config, loadStartMs, {
          past,
          pastOf: (revision) => beforeLoad(config, recorder, previous, Date.now(), revision).past,
          configOf,
        });
        autoscaling = alsoAssumed(autoscaling, [...(goesOn ? [] : assumptions), ...hpaAssumptions(config)]);
        stops.push(tickAlong(recorder, clock.clocks.steadyMs));
      }
      await recorder.persist(() =>
        moveRun(store, id, 'running', { loadStartMs, autoscaling, clusterVersion }),
      );
      return new Piece(store, clock, recorder, stops);
    } catch (error) {
      stops.forEach((stop) => stop());
      // It is in no board yet, and another is begun soon.
      recorder
        .close(() => removeRun(store, id))
        .catch((unremoved: unknown) => log.error(unremoved, `board piece ${id}`));
      throw error;
    }
  }

  /** Ends it; resolves when all of it is stored. */
  async end(): Promise<void> {
    const { recorder } = this;
    this.stops.forEach((stop) => stop());
    const endMs = this.clock.nowMs;
    await recorder.close(() =>
      closeRun(this.store, recorder.runId, endMs, { state: 'finished', stateReason: null }),
    );
  }
}
