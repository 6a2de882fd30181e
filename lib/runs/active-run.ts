import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { newSecret } from '@/lib/access/secret';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { startK6, type K6Process } from '@/lib/loadgen/k6-process';
import { scaletraceVersion } from '@/lib/store/version';
import { type Store } from '@/lib/store/client';
import { noteProgress, updateRun, type RunChange } from '@/lib/store/runs';
import { type Run, type RunState } from '@/lib/model/run';
import { defaultColumns } from '@/lib/timeline/overview';
import { announceChange } from './changes';
import { closeRun } from './close-run';
import { Intake } from './intake';
import { observeService, type Observation } from './observe';
import { readRunPage } from './read';
import { Recorder } from './recorder';

/** How long pods are watched after the load, so that its last scale event is seen to its end. */
const observeAfterMs = 4000;
const tickMs = 2000;
/** How often lists are told how far the run is; its own page counts by itself. */
const progressMs = 2000;
/** k6 pushes each second; more than this without a push is a gap. */
const pushSilenceMs = 3500;

/** One run from its start to its end. */
export class ActiveRun {
  private k6: K6Process | null = null;
  private stopAsked: 'graceful' | 'kill' | null = null;
  private intake: Intake | null = null;
  private recorder: Recorder | null = null;

  constructor(
    private readonly store: Store,
    readonly run: Run,
    private readonly stateDir: string,
  ) {}

  /** Asks k6 to stop: gracefully at first; killed when asked for, or when asked a second time. */
  stop(mode: 'graceful' | 'kill'): void {
    const kill = mode === 'kill' || this.stopAsked !== null;
    this.stopAsked = kill ? 'kill' : 'graceful';
    if (kill) this.k6?.kill();
    else this.k6?.stop();
  }

  /** Takes one push. Throws an InvalidPush where it is not remote write. */
  ingest(body: Uint8Array): void {
    this.intake?.ingest(body);
  }

  /** Runs to the end; never rejects: what goes wrong is the run's reason. */
  async execute(): Promise<void> {
    const originMs = Date.now();
    const recorder = new Recorder(this.store, this.run.id, originMs, (error) =>
      console.error(`recording of run ${this.run.id}`, error),
    );
    this.recorder = recorder;
    const intake = new Intake(recorder);
    this.intake = intake;
    let observation: Observation | null = null;
    const timers: NodeJS.Timeout[] = [];
    const workDir = join(this.stateDir, 'runs', this.run.id);
    try {
      const { secret, hash } = newSecret();
      await this.update({ state: 'starting', originMs, ingestSecretHash: hash, scaletraceVersion });
      observation = await observeService(this.run.service, recorder);
      await this.update({ autoscaling: observation.autoscaling, clusterVersion: observation.clusterVersion });
      const binary = await findK6({ stateDir: this.stateDir });
      await mkdir(workDir, { recursive: true });
      if (this.stopAsked) return await this.end('stopped', 'stopped before k6 was started', {});
      const k6 = await startK6({
        k6Path: binary.path,
        scriptName: this.run.scriptName,
        scriptText: this.run.scriptText,
        env: { ...this.run.env, TARGET_URL: this.run.service.gatewayUrl, HOST: this.run.service.host },
        ingestUrl: `${process.env.SCALETRACE_URL ?? 'http://127.0.0.1:4300'}/api/ingest/${this.run.id}`,
        ingestSecret: secret,
        options: this.run.options,
        workDir,
        unitOf: (metric) => intake.units.get(metric) ?? null,
        onLog: (line) =>
          recorder.log([{ atMs: recorder.toClock(line.atUnixMs), level: line.level, text: line.text }]),
      });
      this.k6 = k6;
      const loadStartMs = recorder.toClock(Date.now());
      intake.lastPushMs = Date.now();
      recorder.startAnnotator(observation.config, loadStartMs);
      await this.update({ state: 'running', loadStartMs, k6Pid: k6.pid, k6Version: binary.version });
      if (this.stopAsked) this.stop(this.stopAsked);
      timers.push(
        setInterval(() => recorder.tick(recorder.toClock(Date.now())), observation.config.tickMs || tickMs),
      );
      const progress = setInterval(() => void this.reportProgress(recorder, intake), progressMs);
      timers.push(progress);
      const exit = await k6.exited;
      clearInterval(progress);
      recorder.gapEnds('requests', recorder.toClock(Date.now()));
      const loadEndMs = recorder.toClock(Date.now());
      await this.update({ loadEndMs, k6Pid: null });
      if (exit.state === 'finished') await new Promise((resolve) => setTimeout(resolve, observeAfterMs));
      const state: RunState = this.stopAsked ? 'stopped' : exit.state;
      const reason = this.stopAsked
        ? this.stopAsked === 'kill'
          ? 'k6 was killed by a user'
          : 'stopped by a user; teardown ran'
        : exit.reason;
      await this.end(state, reason, { summary: exit.summary });
    } catch (error) {
      await this.end('failed', error instanceof Error ? error.message : String(error), {}).catch(
        (failure: unknown) => console.error(`run ${this.run.id}`, failure),
      );
    } finally {
      for (const timer of timers) clearInterval(timer);
      observation?.stop();
      this.k6?.kill();
      await rm(workDir, { recursive: true, force: true });
      await this.keepPage(recorder).catch((error: unknown) =>
        console.error(`page of run ${this.run.id}`, error),
      );
      announceChange(this.run.id);
    }
  }

  private async reportProgress(recorder: Recorder, { lastPushMs, totals }: Intake): Promise<void> {
    if (Date.now() - lastPushMs > pushSilenceMs)
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

  private async end(
    state: RunState,
    stateReason: string | null,
    { summary = null }: Pick<RunChange, 'summary'>,
  ): Promise<void> {
    const recorder = this.recorder!;
    await recorder.flush();
    await closeRun(this.store, this.run.id, recorder.toClock(Date.now()), { state, stateReason, summary });
    announceChange(this.run.id);
  }

  private async update(change: RunChange): Promise<void> {
    await updateRun(this.store, this.run.id, change);
    announceChange(this.run.id);
  }
}
