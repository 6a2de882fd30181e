import { newSecret } from '@/lib/access/secret';
import {
  type Engine,
  type Load,
  type LoadHandle,
  type LoadTakenOn,
  type RunningLoad,
  type StopMode,
} from '@/lib/loadgen/engine';
import { codeOf } from '@/lib/loadgen/local-k6';
import { message, type Message, messageOfError } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';
import { type RunState } from '@/lib/model/life';
import { type PodEvent } from '@/lib/model/recording';
import { type Run, type RunAutoscaling } from '@/lib/model/run';
import { type Store } from '@/lib/store/client';
import { insertArtefacts } from '@/lib/store/artefacts';
import { isUncagedAllowed, moveRun, MoveRefused, updateRun, type RunChange } from '@/lib/store/runs';
import { scaletraceVersion } from '@/lib/store/version';
import { log } from '@/lib/telemetry/log.mjs';
import { recordingMetrics } from '@/lib/telemetry/metrics';
import { defaultColumns } from '@/lib/timeline/overview';
import { announceChange } from './changes';
import { tlsRefusal } from './check-tls';
import { clientCertificateOf } from './client-certificate';
import { closeRun, type RunEnd } from './close-run';
import { type Sender } from '@/lib/loadgen/load-ingest';
import { Intake } from './intake';
import { LoadWatch } from './load-watch';
import { nameMetrics } from './name-metrics';
import { observeService, type Observation } from './observe';
import {
  beforeLoad,
  hpaAssumptions,
  ownAssumptions,
  previousSeconds,
  revisionAssumptions,
} from './previous-run';
import { readRunPage } from './read';
import { handshakeMs, reasonOfEnd } from './reason-of-end';
import { Recorder } from './recorder';
import { loadFiles } from './script-files';
import { RunThresholds } from './run-thresholds';
import { type RunTimes } from './run-times';
import { readTakenOn, type TakenOn } from './taken-on';
import { RunClock, systemClocks, type Clocks } from './run-clock';
import { longestLoadMs, Overdue } from './overdue';
import { Standstill } from './standstill';
import { tickAlong } from './tick-along';
import { keepUnstored } from './unstored';
import { alsoAssumed, english } from '@/lib/words/english';

/** How often a run looks whether its thread still takes what comes. */
const lookEveryMs = 100;

/** What nobody takes while there is no dashboard. */
const notTaken = ['requests', 'pods', 'concurrency', 'decisions', 'reports'] as const;

/** A run whose load is made. */
interface Begun {
  load: RunningLoad;
  intake: Intake;
  thresholds: RunThresholds | null;
  observation: Observation;
}

/** One run from its start to its end. */
export class ActiveRun {
  private load: RunningLoad | null = null;
  private stopAsked: StopMode | null = null;
  /** Aborts when the run is to stop: what it waits for before its load is waited for no longer. */
  private readonly stopping = new AbortController();
  private intake: Intake | null = null;
  /** The last error that k6 told of the load. */
  private lastError: string | null = null;
  private readonly clock: RunClock;
  private readonly standstill: Standstill;
  private autoscaling: RunAutoscaling | null = null;

  constructor(
    private readonly store: Store,
    readonly run: Run,
    private readonly engine: Engine,
    private readonly times: RunTimes,
    clocks: Clocks = systemClocks,
    /** Of the load that a process which is gone has started, and which is to be taken on; null: it is to be started. */
    private readonly left: LoadHandle | null = null,
  ) {
    this.clock = new RunClock(clocks, left && run.originMs);
    this.standstill = new Standstill(lookEveryMs, clocks.steadyMs);
  }

  /** Asks the load to stop: gracefully at first; killed when asked for, or when asked a second time. */
  stop(mode: StopMode): void {
    this.stopAsked = mode === 'kill' || this.stopAsked !== null ? 'kill' : 'graceful';
    this.stopping.abort();
    this.load?.stop(this.stopAsked);
  }

  /** Takes up what was asked of another dashboard, or of this one: told again and again, it is asked for once. */
  takeUpStop(mode: StopMode): void {
    if (this.stopAsked === null || (mode === 'kill' && this.stopAsked !== 'kill')) this.stop(mode);
  }

  /**
   * Takes one push; resolves when it is on disk. Throws an InvalidPush where it is not one of the engine's, a Problem while
   * there is no load, and where it cannot be stored at once: it is kept in memory then, and stored later.
   */
  async ingest(body: Uint8Array, sender: Sender | null): Promise<void> {
    if (!this.intake) throw notRunning();
    const noteTime = recordingMetrics().ingest.startTimer();
    const stored = await within(this.intake.ingest(body, sender), this.times.acknowledgeMs);
    noteTime();
    if (!stored) throw new Problem('problems.not-stored-yet', {}, { errors: [{ path: 'body' }] });
  }

  /** Runs to the end; never rejects: what goes wrong is the run's reason. */
  async execute(): Promise<void> {
    const { clock } = this;
    const { originMs, zeroMs } = clock;
    const recorder = new Recorder(
      this.store,
      this.run.id,
      originMs,
      (error) => log.error(error, `recording of run ${this.run.id}`),
      { zeroMs },
    );
    const observed: { by: Observation | null } = { by: null };
    const stops: (() => void)[] = [keepUnstored(this.run.id, () => recorder.unstoredGaps())];
    const entry = log.child({
      run: this.run.id,
      service: `${this.run.service.namespace}/${this.run.service.name}`,
    });
    entry.info('run begins');
    const noteEnd = (state: RunState, reason?: Message): void => {
      recordingMetrics().runsEnded.inc({ state });
      entry.info({ state, reason: reason && english(reason) }, 'run ended');
    };
    try {
      const end = await this.runLoad(recorder, observed, stops);
      // What it tells later would be stored behind the end.
      observed.by?.stop();
      await this.end(recorder, end, end.state === 'interrupted' ? null : this.clock.nowMs);
      noteEnd(end.state);
    } catch (error) {
      // Taken off the queue before it began: it has ended.
      if (error instanceof MoveRefused) return;
      const stateReason = messageOfError(error);
      noteEnd('failed', stateReason);
      await this.end(recorder, { state: 'failed', stateReason }).catch((failure: unknown) =>
        log.error(failure, `run ${this.run.id}`),
      );
    } finally {
      for (const stop of stops) stop();
      this.standstill.stop();
      observed.by?.stop();
      this.load?.stop('kill');
      await this.keepPage(recorder).catch((error: unknown) => log.error(error, `page of run ${this.run.id}`));
      announceChange(this.run.id);
    }
  }

  private async runLoad(
    recorder: Recorder,
    observed: { by: Observation | null },
    stops: (() => void)[],
  ): Promise<RunEnd> {
    const begun =
      this.left === null
        ? await this.begin(recorder, observed, stops)
        : await this.takeOn(recorder, observed, stops, this.left);
    return 'state' in begun ? begun : this.follow(recorder, begun, stops);
  }

  /** Starts the load; gives the run's end where it does not begin. */
  private async begin(
    recorder: Recorder,
    observed: { by: Observation | null },
    stops: (() => void)[],
  ): Promise<Begun | RunEnd> {
    const { run, clock } = this;
    const { secret, hash } = newSecret();
    const { originMs } = recorder;
    await this.moveTo(recorder, 'starting', { originMs, ingestSecretHash: hash, scaletraceVersion });
    const refused = tlsRefusal(run.service, handshakeMs);
    const observation = await observeService(run.service, recorder, this.stopping.signal);
    observed.by = observation;
    await this.update(recorder, {
      autoscaling: observation.autoscaling,
      clusterVersion: observation.clusterVersion,
    });
    const before = await previousSeconds(this.store, {
      runId: run.id,
      service: run.service,
      nowMs: originMs + clock.nowMs,
      windowMs: observation.config.stableWindowMs,
    });
    if (this.stopAsked) return { state: 'stopped', stateReason: message('reasons.stopped-before-k6') };
    // No request of such a load would come through, and k6's word for it is not always clear.
    const refusal = await refused;
    if (refusal) throw refusal;
    const load = await this.startLoad(recorder, {
      ...(await this.order(recorder, () => false)),
      ingestSecret: secret,
    });
    if (!load) return { state: 'stopped', stateReason: message('reasons.stopped-before-k6') };
    const taken = this.takePushes(recorder, load, null);
    const loadStartMs = clock.nowMs;
    const { config, configOf } = observation;
    const { past, assumptions } = beforeLoad(config, recorder, before);
    recorder.startAnnotator(config, loadStartMs, {
      past,
      pastOf: (revision) => beforeLoad(config, recorder, before, Date.now(), revision).past,
      configOf,
    });
    stops.push(tickAlong(recorder, clock.clocks.steadyMs));
    this.autoscaling = alsoAssumed(observation.autoscaling, [...assumptions, ...hpaAssumptions(config)]);
    await this.moveTo(recorder, 'running', {
      loadStartMs,
      loadHandle: load.handle,
      k6Version: load.version,
      autoscaling: this.autoscaling,
    });
    if (this.stopAsked) load.stop(this.stopAsked);
    return { ...taken, load, observation };
  }

  /**
   * Goes on with a run that a process which is gone has left: what nobody took meanwhile is a gap. Where its load is gone
   * too the run ends as it was left.
   */
  private async takeOn(
    recorder: Recorder,
    observed: { by: Observation | null },
    stops: (() => void)[],
    handle: LoadHandle,
  ): Promise<Begun | RunEnd> {
    const { run, clock } = this;
    const before = await readTakenOn(this.store, run, recorder.originMs);
    const load = await this.loadTakenOn(recorder, before, handle);
    if (!load) {
      await this.engine.recover(handle);
      return this.stopAsked
        ? { state: 'stopped', stateReason: message('reasons.stopped-by-user') }
        : { state: 'interrupted', stateReason: message('reasons.scaletrace-ended') };
    }
    const { untilMs, podEvents, pastOf } = before;
    const loadStartMs = run.loadStartMs ?? untilMs;
    recorder.takeOn(podEvents, loadStartMs, untilMs);
    for (const what of notTaken) recorder.gapBegins(what, untilMs, message('gaps.scaletrace-away'));
    const taken = this.takePushes(recorder, load, before);
    if (run.stopAsked !== null) this.takeUpStop(run.stopAsked);
    const observation = await observeService(run.service, recorder, this.stopping.signal, {
      pods: podsOf(podEvents),
      untilUnixMs: recorder.originMs + untilMs,
    });
    observed.by = observation;
    const { config, configOf } = observation;
    recorder.startAnnotator(config, clock.nowMs, { past: pastOf(null), pastOf, configOf });
    stops.push(tickAlong(recorder, clock.clocks.steadyMs));
    for (const what of notTaken)
      // What is in flight is known again when the gateway is read, requests when a runner pushes.
      if (
        what !== 'requests' &&
        (what !== 'concurrency' || observation.autoscaling.concurrencySource !== 'gateway')
      )
        recorder.gapEnds(what, clock.nowMs);
    this.autoscaling = run.autoscaling ?? observation.autoscaling;
    announceChange(run.id);
    return { ...taken, load, observation };
  }

  /** The load that goes on elsewhere; null: it does not, or cannot be reached. */
  private async loadTakenOn(
    recorder: Recorder,
    before: TakenOn,
    handle: LoadHandle,
  ): Promise<RunningLoad | null> {
    try {
      const order = await this.order(recorder, before.isLogged);
      const load = { ...order, signal: this.stopping.signal };
      return (await this.engine.takeOn?.(handle, load, before.series)) ?? null;
    } catch (error) {
      log.error(error, `run ${this.run.id} cannot be taken on`);
      return null;
    }
  }

  /** What the engine is asked for. `isLogged`: whether a line of its log is stored already. */
  private async order(recorder: Recorder, isLogged: TakenOn['isLogged']): Promise<LoadTakenOn> {
    const { run, clock } = this;
    return {
      runId: run.id,
      scriptName: run.scriptName,
      scriptText: run.scriptText,
      entry: run.entry,
      files: await loadFiles(this.store, run.files),
      env: run.env,
      options: run.options,
      runners: run.runners,
      target: run.service,
      clientCertificate: clientCertificateOf(run.service),
      uncagedAllowed: await isUncagedAllowed(this.store, run.id),
      cluster: run.operator && { kubeContext: run.service.kubeContext, operator: run.operator },
      onLog: ({ level, text }) => {
        // That thresholds were crossed is what came of it.
        if (level === 'error' && typeof text === 'string' && !text.startsWith('thresholds on metrics'))
          this.lastError = text;
        if (isLogged(level, text)) return;
        recorder.log([{ atMs: clock.nowMs, level, text: typeof text === 'string' ? text : english(text) }]);
      },
    };
  }

  /** Opens the ingest route to what a load pushes. `before`: what was recorded of it by another process. */
  private takePushes(
    recorder: Recorder,
    load: RunningLoad,
    before: TakenOn | null,
  ): Pick<Begun, 'intake' | 'thresholds'> {
    const { run, clock, times } = this;
    this.load = load;
    const onSteadyClock = (atMs: number): number => clock.zeroMs + atMs;
    const thresholds = RunThresholds.of(
      load.pushes,
      run.options,
      before ? onSteadyClock(run.loadStartMs ?? 0) : clock.clocks.steadyMs(),
      () => load.stop('graceful'),
      before
        ? {
            judge: before.thresholds.judge,
            firstMs: before.thresholds.firstMs === null ? null : onSteadyClock(before.thresholds.firstMs),
          }
        : undefined,
    );
    const intake = new Intake(recorder, load.pushes, {
      clock: clock.clocks.steadyMs,
      onSecond: (second) => thresholds?.take(second),
      isLate: (sinceMs) => this.standstill.lateMs(sinceMs) > times.pushSilenceMs,
      before: before?.totals ?? null,
    });
    this.intake = intake;
    return { intake, thresholds };
  }

  /** From when the load is made to the run's end. */
  private async follow(
    recorder: Recorder,
    { load, intake, thresholds, observation }: Begun,
    stops: (() => void)[],
  ): Promise<RunEnd> {
    const { run, times, clock } = this;
    const watch = new LoadWatch(this.store, {
      runId: run.id,
      load,
      recorder,
      intake,
      thresholds,
      overdue: await this.overdue(),
      clock,
      standstill: this.standstill,
      times,
      assume: (more) => this.assume(recorder, more),
    });
    stops.push(() => watch.stop());
    const ended = await load.ended;
    // What comes now is none of this load's: it would be stored beside figures that do not know of it.
    this.intake = null;
    watch.stop();
    const loadEndMs = clock.nowMs;
    intake.finish();
    recorder.loadEnded();
    const end = thresholds?.judged(ended, clock.clocks.steadyMs()) ?? ended;
    const shortfall = recorder.gatewayShortfall(loadEndMs);
    if (shortfall) {
      const { read, inFlight } = shortfall;
      const mean = (exact: number): number => Math.round(exact * 10) / 10;
      await this.assume(recorder, [
        message('assumptions.gateway-shortfall', { read: mean(read), inFlight: mean(inFlight) }),
      ]);
    }
    const { reason, found } = await reasonOfEnd(this.store, run, intake, end, {
      isStopped: this.stopAsked !== null,
      lastError: this.lastError,
    });
    if (found) recorder.log([{ atMs: loadEndMs, level: 'error', text: english(found) }]);
    await nameMetrics(this.store, { runId: run.id, recorder, nowMs: loadEndMs }, load, ended.summary);
    await insertArtefacts(this.store, run.id, end.artefacts).catch((error: unknown) =>
      log.error(error, `artefacts of run ${run.id}`),
    );
    await this.update(recorder, { loadEndMs, loadHandle: null });
    if (watch.endedFor) return { state: 'failed', stateReason: watch.endedFor, summary: end.summary };
    if (end.state === 'finished') await new Promise((resolve) => setTimeout(resolve, times.observeAfterMs));
    const revisions = recorder.isByRevision
      ? ownAssumptions(observation.config, recorder)
      : revisionAssumptions(recorder.revisionsAtOnce);
    const stepped = clock.wallStep();
    await this.assume(recorder, stepped ? [...revisions, stepped] : revisions);
    if (this.stopAsked === null) return { state: end.state, stateReason: reason, summary: end.summary };
    return {
      state: 'stopped',
      stateReason: message(this.stopAsked === 'kill' ? 'reasons.killed-by-user' : 'reasons.stopped-by-user'),
      summary: end.summary,
    };
  }

  /** Null where a cluster makes the load: when that begins is not known here. */
  private async overdue(): Promise<Overdue | null> {
    const { run, times, clock } = this;
    if (run.operator) return null;
    const code = codeOf({ ...run, files: await loadFiles(this.store, run.files) });
    return new Overdue(longestLoadMs(run.options, code), times.overdueMs, clock.clocks.steadyMs());
  }

  /** The load under way; null: the run was stopped before. */
  private async startLoad(recorder: Recorder, load: Load): Promise<RunningLoad | null> {
    try {
      return await this.engine.start({
        ...load,
        signal: this.stopping.signal,
        onHandle: (loadHandle) => this.update(recorder, { loadHandle }),
      });
    } catch (error) {
      if (this.stopAsked) return null;
      throw error;
    }
  }

  /** Adds to what the run says is assumed. */
  private async assume(recorder: Recorder, more: readonly Message[]): Promise<void> {
    if (!this.autoscaling || more.length === 0) return;
    this.autoscaling = alsoAssumed(this.autoscaling, more);
    await this.update(recorder, { autoscaling: this.autoscaling });
  }

  /** Makes the ended run's page once, so that nobody waits for it. */
  private async keepPage(recorder: Recorder): Promise<void> {
    await recorder.flush();
    await readRunPage(this.store, this.run.id, { columns: defaultColumns, range: null });
  }

  private async end(recorder: Recorder, end: RunEnd, endMs: number | null = this.clock.nowMs): Promise<void> {
    await recorder.close(() => closeRun(this.store, this.run.id, endMs, end));
    announceChange(this.run.id);
  }

  private async moveTo(recorder: Recorder, state: RunState, change: RunChange): Promise<void> {
    await recorder.persist(() => moveRun(this.store, this.run.id, state, change));
    announceChange(this.run.id);
  }

  private async update(recorder: Recorder, change: RunChange): Promise<void> {
    await recorder.persist(() => updateRun(this.store, this.run.id, change));
    announceChange(this.run.id);
  }
}

/** The pods that were there last. */
function podsOf(events: readonly PodEvent[]): PodEvent[] {
  const last = new Map(events.map((event) => [event.uid, event]));
  return [...last.values()].filter(({ phase }) => phase !== 'gone');
}

/** What a promise gives, or false where it does not give it in time. */
async function within(promise: Promise<boolean>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), ms)));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What a push is told whose run has no load, or none any more. */
export function notRunning(): Problem {
  return new Problem('problems.run-not-running', {}, { errors: [{ path: 'id' }] });
}
