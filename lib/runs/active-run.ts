import { newSecret } from '@/lib/access/secret';
import { type Engine, type RunningLoad, type StopMode } from '@/lib/loadgen/engine';
import { type RunState } from '@/lib/model/life';
import { type Run } from '@/lib/model/run';
import { type Store } from '@/lib/store/client';
import { moveRun, MoveRefused, noteProgress, updateRun, type RunChange } from '@/lib/store/runs';
import { scaletraceVersion } from '@/lib/store/version';
import { defaultColumns } from '@/lib/timeline/overview';
import { announceChange } from './changes';
import { closeRun, type RunEnd } from './close-run';
import { Intake } from './intake';
import { observeService, type Observation } from './observe';
import { beforeLoad, previousSeconds, revisionAssumptions } from './previous-run';
import { readRunPage } from './read';
import { Recorder } from './recorder';
import { Refused } from './refused';
import { tickAlong } from './tick-along';

export interface RunTimes {
  /** How long pods are watched after the load, so that its last scale event is seen to its end. */
  observeAfterMs: number;
  /** How often lists are told how far the run is; its own page counts by itself. */
  progressMs: number;
  /** k6 pushes each second; more than this without a push is a gap. */
  pushSilenceMs: number;
}
export const defaultTimes: RunTimes = {
  observeAfterMs: 4000,
  progressMs: 2000,
  pushSilenceMs: 3500,
};

/** One run from its start to its end. */
export class ActiveRun {
  private load: RunningLoad | null = null;
  private stopAsked: StopMode | null = null;
  private intake: Intake | null = null;

  constructor(
    private readonly store: Store,
    readonly run: Run,
    private readonly engine: Engine,
    private readonly times: RunTimes,
  ) {}

  /** Asks the load to stop: gracefully at first; killed when asked for, or when asked a second time. */
  stop(mode: StopMode): void {
    this.stopAsked = mode === 'kill' || this.stopAsked !== null ? 'kill' : 'graceful';
    this.load?.stop(this.stopAsked);
  }

  /** Takes one push. Throws an InvalidPush where it is not one of the engine's, Refused while there is no load. */
  ingest(body: Uint8Array): void {
    if (!this.intake) throw notRunning();
    this.intake.ingest(body);
  }

  /** Runs to the end; never rejects: what goes wrong is the run's reason. */
  async execute(): Promise<void> {
    const originMs = Date.now();
    const recorder = new Recorder(this.store, this.run.id, originMs, (error) =>
      console.error(`recording of run ${this.run.id}`, error),
    );
    const observed: { by: Observation | null } = { by: null };
    const stops: (() => void)[] = [];
    try {
      const end = await this.runLoad(recorder, observed, stops);
      await this.end(recorder, end);
    } catch (error) {
      // Taken off the queue before it began: it has ended.
      if (error instanceof MoveRefused) return;
      const stateReason = error instanceof Error ? error.message : String(error);
      await this.end(recorder, { state: 'failed', stateReason }).catch((failure: unknown) =>
        console.error(`run ${this.run.id}`, failure),
      );
    } finally {
      for (const stop of stops) stop();
      observed.by?.stop();
      this.load?.stop('kill');
      await this.keepPage(recorder).catch((error: unknown) =>
        console.error(`page of run ${this.run.id}`, error),
      );
      announceChange(this.run.id);
    }
  }

  private async runLoad(
    recorder: Recorder,
    observed: { by: Observation | null },
    stops: (() => void)[],
  ): Promise<RunEnd> {
    const { run, times } = this;
    const { secret, hash } = newSecret();
    const { originMs } = recorder;
    await this.moveTo('starting', { originMs, ingestSecretHash: hash, scaletraceVersion });
    const observation = await observeService(run.service, recorder);
    observed.by = observation;
    await this.update({ autoscaling: observation.autoscaling, clusterVersion: observation.clusterVersion });
    const before = await previousSeconds(this.store, {
      runId: run.id,
      service: run.service,
      nowMs: Date.now(),
      windowMs: observation.config.stableWindowMs,
    });
    if (this.stopAsked) return { state: 'stopped', stateReason: 'stopped before k6 was started' };
    const load = await this.engine.start({
      runId: run.id,
      scriptName: run.scriptName,
      scriptText: run.scriptText,
      env: run.env,
      options: run.options,
      targetUrl: run.service.gatewayUrl,
      host: run.service.host,
      ingestSecret: secret,
      onLog: (line) =>
        recorder.log([{ atMs: recorder.toClock(line.atUnixMs), level: line.level, text: line.text }]),
    });
    this.load = load;
    const intake = new Intake(recorder, load.pushes);
    this.intake = intake;
    const loadStartMs = recorder.toClock(Date.now());
    const { past, assumptions } = beforeLoad(observation.config, recorder, before);
    recorder.startAnnotator(observation.config, loadStartMs, past);
    stops.push(tickAlong(recorder));
    const autoscaling = {
      ...observation.autoscaling,
      assumptions: [...observation.autoscaling.assumptions, ...assumptions],
    };
    await this.moveTo('running', {
      loadStartMs,
      loadHandle: load.handle,
      k6Version: load.version,
      autoscaling,
    });
    if (this.stopAsked) load.stop(this.stopAsked);
    const progress = setInterval(() => void this.reportProgress(recorder, intake), times.progressMs);
    stops.push(() => clearInterval(progress));
    const end = await load.ended;
    clearInterval(progress);
    const loadEndMs = recorder.toClock(Date.now());
    recorder.gapEnds('requests', loadEndMs);
    recorder.loadEnded();
    await this.update({ loadEndMs, loadHandle: null });
    if (end.state === 'finished') await new Promise((resolve) => setTimeout(resolve, times.observeAfterMs));
    const revisions = revisionAssumptions(recorder.revisionsAtOnce);
    if (revisions.length > 0)
      await this.update({
        autoscaling: { ...autoscaling, assumptions: [...autoscaling.assumptions, ...revisions] },
      });
    if (this.stopAsked === null) return { state: end.state, stateReason: end.reason, summary: end.summary };
    return {
      state: 'stopped',
      stateReason: this.stopAsked === 'kill' ? 'k6 was killed by a user' : 'stopped by a user; teardown ran',
      summary: end.summary,
    };
  }

  private async reportProgress(recorder: Recorder, { lastPushMs, totals }: Intake): Promise<void> {
    if (Date.now() - lastPushMs > this.times.pushSilenceMs)
      recorder.gapBegins('requests', recorder.toClock(lastPushMs), 'k6 sent no metrics');
    await noteProgress(this.store, this.run.id, { ...totals, peakReadyPods: recorder.peakReadyPods }).catch(
      (error: unknown) => console.error(`run ${this.run.id}`, error),
    );
  }

  /** Makes the ended run's page once, so that nobody waits for it. */
  private async keepPage(recorder: Recorder): Promise<void> {
    await recorder.flush();
    await readRunPage(this.store, this.run.id, { columns: defaultColumns, range: null });
  }

  private async end(recorder: Recorder, end: RunEnd): Promise<void> {
    await recorder.flush();
    await closeRun(this.store, this.run.id, recorder.toClock(Date.now()), end);
    announceChange(this.run.id);
  }

  private async moveTo(state: RunState, change: RunChange): Promise<void> {
    await moveRun(this.store, this.run.id, state, change);
    announceChange(this.run.id);
  }

  private async update(change: RunChange): Promise<void> {
    await updateRun(this.store, this.run.id, change);
    announceChange(this.run.id);
  }
}

/** What a push is told whose run has no load, or none any more. */
export function notRunning(): Refused {
  return new Refused(
    'Run is not running',
    [{ path: 'id', message: 'Metrics are taken only while the run is under way.' }],
    409,
  );
}
