import { Worker } from 'node:worker_threads';
import { variable } from '@/lib/environment/environment';
import { databaseUrl, stateDirectory } from '@/lib/environment/paths';
import { CodedError, message } from '@/lib/model/message';
import { type Sender } from '@/lib/loadgen/load-ingest';
import { type Run, type Service, type StartRun } from '@/lib/model/run';
import { type RecordingGap } from '@/lib/model/recording';
import { getStore, shareStore, type OpenDatabase } from '@/lib/store/client';
import { DatabaseUnwritable, noteFailure } from '@/lib/store/database-state';
import { holdDatabase } from '@/lib/store/postgres/kept-apart';
import { holdState } from '@/lib/store/state-lock';
import { log } from '@/lib/telemetry/log.mjs';
import { tellMetrics, type ToldMetrics } from '@/lib/telemetry/metrics';
import { problemOf, type Refusal } from '@/lib/threads/protocol';
import { threadCode } from '@/lib/threads/thread-code';
import { announceChange, type Change } from './changes';
import { type Boards } from './boards';
import { joinDashboards, renewWhile, type Membership } from './dashboards';
import { type Asker, type RunManager } from './manager';
import { keepUnstored } from './unstored';

/** What records: runs, and boards of services that are watched without a load. */
export interface Recording {
  /** As `RunManager` does each. */
  start(request: StartRun, asker: Asker): Promise<Run>;
  stop(id: string, mode: 'graceful' | 'kill'): Promise<Run>;
  ingest(id: string, secret: string, body: Uint8Array, sender: Sender | null): Promise<void>;
  /** As `Boards` does each. */
  watch(serviceId: string, watched: boolean): Promise<void>;
  serviceChanged(service: Service): Promise<void>;
  forgetBoard(serviceId: string): Promise<void>;
  /** How it fares. */
  metrics(): Promise<ToldMetrics>;
}

/** The recording where it is. */
export function recordingOf(manager: RunManager, boards: Boards): Recording {
  return {
    start: (request, asker) => manager.start(request, asker),
    stop: (id, mode) => manager.stop(id, mode),
    ingest: (id, secret, body, sender) => manager.ingest(id, secret, body, sender),
    watch: (serviceId, watched) => boards.set(serviceId, watched),
    serviceChanged: (service) => boards.serviceChanged(service),
    forgetBoard: (serviceId) => boards.forget(serviceId),
    metrics: () => tellMetrics('recording'),
  };
}

/** What the recording's thread is asked. */
export interface Asked {
  id: number;
  method: keyof Recording;
  args: unknown[];
}

/** What it tells: that it records, an answer, what was stored, and that the database could not be written. */
export type Told =
  | { ready: true }
  | { id: number; value: unknown }
  | { id: number; failure: Failure }
  | { runId: string; change: Change; unstored: RecordingGap[] }
  | { unwritable: Pick<DatabaseUnwritable, 'why' | 'detail'> };
export type Failure =
  { refused: Refusal } | { unwritable: Pick<DatabaseUnwritable, 'why' | 'detail'> } | { error: string };

/** What the recording's thread is begun with. */
export interface RecordingThreadData {
  database: OpenDatabase;
  among: Membership | null;
}

const file = 'lib/api/recording-thread.ts';
/** A recording that has failed is begun again after this long. */
const againMs = 1000;

const shared = globalThis as typeof globalThis & { scaletraceRecording?: Promise<Recording> };

/**
 * The one recording of this process, in a thread of its own, so that no reader delays it (docs/decisions/readers.md). The
 * first call recovers what an earlier process left, then goes on with the queue and the boards. Throws a UserError where
 * another process is the dashboard of this state folder, or has this database alone.
 */
export function getRecording(): Promise<Recording> {
  shared.scaletraceRecording ??= begin().catch((error: unknown) => {
    shared.scaletraceRecording = undefined;
    throw error;
  });
  return shared.scaletraceRecording;
}

/** What `getRecording` gives in this thread: for the one that records. */
export function setRecording(recording: Recording): void {
  shared.scaletraceRecording = Promise.resolve(recording);
}

async function begin(): Promise<Recording> {
  holdState(stateDirectory(), variable('SCALETRACE_URL'));
  await holdDatabase(databaseUrl(), variable('SCALETRACE_URL'), (error) => {
    log.fatal(error.message);
    process.kill(process.pid, 'SIGTERM');
  });
  const [code, database] = await Promise.all([threadCode(file), shareStore()]);
  const store = await getStore();
  const among = await joinDashboards(store);
  const thread = new RecordingThread(
    new Worker(code, {
      eval: true,
      workerData: { database, among } satisfies RecordingThreadData,
      transferList: database.lent ? Object.values(database.lent) : [],
      resourceLimits: { maxYoungGenerationSizeMb: 12 },
      execArgv: [],
    }),
  );
  await (among ? renewWhile(store, among.id, thread.ready) : thread.ready);
  void thread.ended.then((error) => {
    log.error(error, 'the recording has ended, and is begun again');
    shared.scaletraceRecording = undefined;
    setTimeout(() => {
      getRecording().catch((again: unknown) => log.error(again, 'recording'));
    }, againMs).unref();
  });
  return thread;
}

/** The main thread's side of the recording. */
class RecordingThread implements Recording {
  /** Resolves when it records; rejects with why it does not. */
  readonly ready: Promise<void>;
  /** Resolves with why it ended. */
  readonly ended: Promise<Error>;
  private readonly waiting = new Map<
    number,
    { resolve: (value: never) => void; reject: (error: Error) => void }
  >();
  private readonly forget = new Map<string, () => void>();
  private lastId = 0;

  constructor(private readonly worker: Worker) {
    // What keeps the process alive is the server, not what it records.
    worker.unref();
    this.ended = new Promise((resolve) => {
      worker.once('error', resolve);
      worker.once('exit', () => resolve(new CodedError(message('reasons.recording-ended'))));
    });
    this.ready = new Promise((resolve, reject) => {
      worker.on('message', (told: Told) => {
        if ('ready' in told) resolve();
        else this.take(told);
      });
      void this.ended.then(reject);
    });
    void this.ended.then((error) => this.abandon(error));
  }

  start(...args: Parameters<Recording['start']>): Promise<Run> {
    return this.ask('start', args);
  }

  stop(...args: Parameters<Recording['stop']>): Promise<Run> {
    return this.ask('stop', args);
  }

  ingest(...args: Parameters<Recording['ingest']>): Promise<void> {
    return this.ask('ingest', args);
  }

  watch(...args: Parameters<Recording['watch']>): Promise<void> {
    return this.ask('watch', args);
  }

  serviceChanged(...args: Parameters<Recording['serviceChanged']>): Promise<void> {
    return this.ask('serviceChanged', args);
  }

  forgetBoard(...args: Parameters<Recording['forgetBoard']>): Promise<void> {
    return this.ask('forgetBoard', args);
  }

  metrics(): Promise<ToldMetrics> {
    return this.ask('metrics', []);
  }

  private ask<T>(method: keyof Recording, args: unknown[]): Promise<T> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, method, args } satisfies Asked);
    });
  }

  private take(told: Exclude<Told, { ready: true }>): void {
    if ('change' in told) this.noteChange(told);
    else if ('unwritable' in told) noteFailure(told.unwritable);
    else {
      const asked = this.waiting.get(told.id);
      this.waiting.delete(told.id);
      if ('failure' in told) asked?.reject(errorOf(told.failure));
      else asked?.resolve(told.value as never);
    }
  }

  private noteChange({ runId, change, unstored }: Extract<Told, { runId: string }>): void {
    this.forget.get(runId)?.();
    this.forget.delete(runId);
    if (unstored.length > 0)
      this.forget.set(
        runId,
        keepUnstored(runId, () => unstored),
      );
    announceChange(runId, change);
  }

  private abandon(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
    for (const forget of this.forget.values()) forget();
  }
}

function errorOf(failure: Failure): Error {
  if ('refused' in failure) return problemOf(failure.refused);
  if ('unwritable' in failure)
    return new DatabaseUnwritable(failure.unwritable.why, failure.unwritable.detail);
  return new Error(failure.error);
}
