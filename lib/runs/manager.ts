import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { isSecretOf, newSecret } from '@/lib/access/secret';
import { type Engine, type LoadHandle, type StopMode } from '@/lib/loadgen/engine';
import { isReservedVariable } from '@/lib/loadgen/k6-environment';
import { message } from '@/lib/model/message';
import { targetUrlOf } from '@/lib/model/target';
import { Problem } from '@/lib/model/problem';
import { InvalidPush } from '@/lib/loadgen/remote-write';
import { type Sender } from '@/lib/loadgen/load-ingest';
import { type Store } from '@/lib/store/client';
import { claimRun } from '@/lib/store/leases/runs';
import { endedStates, hasEnded } from '@/lib/model/life';
import { recordingGapSchema } from '@/lib/model/recording';
import { DatabaseUnwritable } from '@/lib/store/database-state';
import { dialectOf } from '@/lib/store/dialect';
import {
  findIngestKey,
  findRun,
  insertRun,
  listQueuedRuns,
  MoveRefused,
  moveRun,
  targetOf,
} from '@/lib/store/runs';
import { findService } from '@/lib/store/services';
import { askToStop, listStops } from '@/lib/store/stops';
import { type Run, type StartRun } from '@/lib/model/run';
import { log } from '@/lib/telemetry/log.mjs';
import { recordingMetrics } from '@/lib/telemetry/metrics';
import { announceChange } from './changes';
import { ActiveRun, notRunning } from './active-run';
import { defaultTimes, type RunTimes } from './run-times';
import { type Intake } from './intake';
import { systemClocks, type Clocks } from './run-clock';
import { askedScript, loadFiles, type KeptScript } from './script-files';
import { findScript } from './scripts';

/** Who asks for a run. */
export interface Asker {
  /** Their name, if they have one. */
  startedBy: string | null;
  /** Whether they may run scripts where k6 cannot be confined. */
  uncagedAllowed: boolean;
}

/** How often it is looked whether another dashboard was asked to stop a run of this one. */
const stopsEveryMs = 800;

/** Starts, queues and stops the runs of this process: one at a time a service, others in order. */
export class RunManager {
  private readonly active = new Map<string, ActiveRun>();
  private readonly attached = new Map<string, Intake>();
  /** The hash of the secret by which each has taken a push: no later one need wait for the database, which may be away. */
  private readonly openedBy = new WeakMap<ActiveRun | Intake, string>();
  private pumping: Promise<void> = Promise.resolve();
  private looksForStops = false;

  constructor(
    private readonly store: Store,
    private readonly engine: Engine,
    private readonly times: RunTimes = defaultTimes,
    private readonly clocks: Clocks = systemClocks,
    /** Who makes load in a cluster; null: nobody does. */
    private readonly operator: Engine | null = null,
    /** Which dashboard this is among those on its database; null: the only one. */
    private readonly dashboardId: string | null = null,
  ) {
    // Told from nought on: Prometheus takes what appears as 1 for no increase.
    const { gaps, runsEnded } = recordingMetrics();
    for (const what of [...recordingGapSchema.shape.what.options, 'log']) gaps.inc({ what }, 0);
    for (const state of endedStates) runsEnded.inc({ state }, 0);
  }

  /**
   * Checks what is asked (service, script by `k6 inspect`) and queues it under the name of who asked, if they have one.
   * Throws a Problem naming the wrong field.
   */
  async start(request: StartRun, { startedBy, uncagedAllowed }: Asker): Promise<Run> {
    const service = await findService(this.store, request.serviceId);
    if (!service) throw new Problem('problems.unknown-service', {}, { errors: [{ path: 'serviceId' }] });
    const script = await this.scriptOf(request);
    if (script === null)
      throw new Problem(
        'problems.unknown-script',
        { name: request.scriptName },
        { errors: [{ path: 'scriptName' }] },
      );
    const reserved = Object.keys(request.env).filter(
      (name) => name === 'TARGET_URL' || name === 'HOST' || isReservedVariable(name),
    );
    if (reserved.length > 0) {
      const errors = reserved.map((name) => ({
        path: `env.${name}`,
        said: message(
          isReservedVariable(name) ? 'validation.variable-reserved' : 'validation.variable-set-by-scaletrace',
          { name },
        ),
      }));
      throw new Problem('problems.reserved-names', { errors: errors.map(({ said }) => said) }, { errors });
    }
    const options = await this.engine.check({
      scriptName: request.scriptName,
      scriptText: script.scriptText,
      entry: script.entry,
      files: await loadFiles(this.store, script.files),
      env: { ...request.env, TARGET_URL: targetUrlOf(service), HOST: service.host },
      uncagedAllowed,
    });
    const runners = request.operator ? 1 : (request.runners ?? 1);
    const users = Number(options.maxVUs ?? Infinity);
    const sharing = request.operator?.runners ?? runners;
    if (sharing > users)
      throw new Problem(
        'problems.more-runners-than-users',
        { runners: sharing, users },
        { errors: [{ path: request.operator ? 'operator.runners' : 'runners' }] },
      );
    const id = randomUUID();
    const run = await insertRun(this.store, {
      id,
      run: {
        name: request.name ?? `${request.scriptName} on ${service.name}`,
        service,
        scriptName: request.scriptName,
        ...script,
        env: request.env,
        plainEnv: (request.plainEnv ?? []).filter((name) => name in request.env),
        options,
        objective: request.objective ?? null,
        runners,
        tags: [...new Set(request.tags)],
        operator: request.operator ?? null,
      },
      // Nobody holds a secret until the run starts: this hash is of one that was thrown away.
      ingestSecretHash: newSecret().hash,
      createdAtMs: Date.now(),
      startedBy,
      uncagedAllowed,
      engine: this.engineOf(request).name,
    });
    void this.pump();
    return run;
  }

  private engineOf({ operator }: Pick<StartRun, 'operator'> | Pick<Run, 'operator'>): Engine {
    if (!operator) return this.engine;
    if (!this.operator) throw new Problem('problems.operator-not-installed', {});
    return this.operator;
  }

  /** What the request brings itself, or the script of that name; null: there is none. */
  private async scriptOf({
    scriptName,
    scriptText,
    entry = null,
    files = [],
  }: StartRun): Promise<KeptScript | null> {
    const asked = await askedScript(this.store, { scriptText, entry, files }, Date.now());
    if (asked) return asked;
    const found = await findScript(this.store, scriptName);
    return found && { scriptText: found.body, entry: found.entry, files: found.files };
  }

  /**
   * Stops a run or takes it from the queue; one that another dashboard records is stopped by that within a second. Throws a
   * Problem if there is none or it has ended.
   */
  async stop(id: string, mode: StopMode): Promise<Run> {
    const run = await findRun(this.store, id);
    if (!run) throw new Problem('problems.run-unknown', {}, { errors: [{ path: 'id' }] });
    const active = this.active.get(id);
    if (active && !hasEnded(run.state)) {
      active.stop(mode);
      return await this.noteStop(run, mode).catch((error: unknown) => {
        // It is stopped all the same.
        if (error instanceof DatabaseUnwritable) return run;
        throw error;
      });
    }
    if (this.isShared && !hasEnded(run.state)) {
      const asked = await this.noteStop(run, mode);
      if (asked.state !== 'queued') return asked;
    }
    try {
      const stopped = await moveRun(this.store, id, 'stopped', {
        stateReason: message('reasons.taken-from-queue'),
        endedAtMs: Date.now(),
      });
      announceChange(id);
      return stopped;
    } catch (error) {
      if (!(error instanceof MoveRefused)) throw error;
      throw new Problem('problems.run-ended', { state: error.from }, { errors: [{ path: 'id' }] });
    }
  }

  private async noteStop(run: Run, mode: StopMode): Promise<Run> {
    await askToStop(this.store, run.id, mode);
    announceChange(run.id);
    return (await findRun(this.store, run.id)) ?? run;
  }

  /** Whether other dashboards may have runs in the same database. */
  private get isShared(): boolean {
    return dialectOf(this.store).kind === 'postgres';
  }

  /** While there are runs under way here, takes up what other dashboards were asked to stop. */
  private async takeUpStops(): Promise<void> {
    if (this.looksForStops || !this.isShared) return;
    this.looksForStops = true;
    for (; this.active.size > 0; await pause(stopsEveryMs, undefined, { ref: false }))
      try {
        for (const { id, mode } of await listStops(this.store, [...this.active.keys()]))
          this.active.get(id)?.takeUpStop(mode);
      } catch (error) {
        // A database that does not answer is told by what waits for it.
        if (!(error instanceof DatabaseUnwritable)) log.error(error, 'stops');
      }
    this.looksForStops = false;
  }

  /** Takes one remote-write push of a run's k6. Throws a Problem when the secret is not this run's or it is not running. */
  async ingest(id: string, secret: string, body: Uint8Array, sender: Sender | null = null): Promise<void> {
    const active = this.active.get(id) ?? this.attached.get(id);
    const known = active && this.openedBy.get(active);
    if (known === undefined || !isSecretOf(secret, known)) {
      const key = await findIngestKey(this.store, id);
      if (!key || !isSecretOf(secret, key.ingestSecretHash))
        throw new Problem('problems.wrong-secret', {}, { errors: [{ path: 'authorization' }] });
      if (active) this.openedBy.set(active, key.ingestSecretHash);
    }
    if (!active) throw notRunning();
    try {
      await active.ingest(body, sender);
    } catch (error) {
      if (error instanceof InvalidPush)
        throw new Problem(
          'problems.not-a-push',
          { cause: error.message },
          { status: error.status, errors: [{ path: 'body' }] },
        );
      throw error;
    }
  }

  /** Opens a run's ingest route to pushes of a load that another process makes. The function returned closes it. */
  attach(id: string, intake: Intake): () => void {
    this.attached.set(id, intake);
    return () => this.attached.delete(id);
  }

  /** Starts the oldest queued run of each service that has none under way. */
  pump(): Promise<void> {
    this.pumping = this.pumping
      .then(() => this.startNext())
      .catch((error: unknown) => log.error(error, 'queue of runs'));
    return this.pumping;
  }

  /** Goes on with a run whose load a process that is gone has started, and that may go on elsewhere. */
  takeOn(run: Run, handle: LoadHandle): void {
    this.execute(new ActiveRun(this.store, run, this.engineOf(run), this.times, this.clocks, handle));
  }

  /** Whether a run goes on here. */
  isUnderWay(id: string): boolean {
    return this.active.has(id);
  }

  private execute(active: ActiveRun): void {
    const { id } = active.run;
    this.active.set(id, active);
    void this.takeUpStops();
    void active.execute().finally(() => {
      this.active.delete(id);
      void this.pump();
    });
  }

  private async startNext(): Promise<void> {
    const { runsActive, runsQueued } = recordingMetrics();
    const busy = new Set([...this.active.values()].map((active) => targetOf(active.run.service)));
    let queued = 0;
    for (const run of await listQueuedRuns(this.store)) {
      const target = targetOf(run.service);
      if (busy.has(target) || !(await claimRun(this.store, run, this.dashboardId))) {
        queued++;
        continue;
      }
      busy.add(target);
      this.execute(new ActiveRun(this.store, run, this.engineOf(run), this.times, this.clocks));
    }
    runsActive.set(this.active.size);
    runsQueued.set(queued);
  }
}
