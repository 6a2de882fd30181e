import { appendRecording } from '@/lib/timeline/append';
import { type Recording } from '@/lib/timeline/recording';
import { endedStates, type Run } from '@/lib/timeline/run';
import { RequestTable } from '../../../_charts/columns';
import { makeModel, type ChartModel } from '../../../_charts/model';
import { createStore, type Store } from '../../../_charts/store';
import { toProblem, type ApiProblem } from '../../../_data/http';
import { getLog, getRecording, logEventSchema, recordingEventSchema, runEventSchema, type LogLine } from '../../../_data/runs';

export type Connection = 'loading' | 'live' | 'lost' | 'ended' | 'failed';

/**
 * A run as its page follows it: what was stored comes first, then Server-Sent Events go on from its cursor. Live,
 * reloaded and ended runs take this one way.
 */
export class RunFeed {
  readonly run: Store<Run>;
  /** Null until the recording is here. */
  readonly model = createStore<ChartModel | null>(null);
  readonly log = createStore<readonly LogLine[]>([]);
  readonly connection = createStore<Connection>('loading');
  readonly problem = createStore<ApiProblem | null>(null);

  private readonly table = new RequestTable();
  private recording: Recording | null = null;
  private abort: AbortController | null = null;
  private remodelling: ReturnType<typeof setTimeout> | null = null;
  private events: EventSource | null = null;

  constructor(run: Run) {
    this.run = createStore(run);
  }

  /** Begins to follow; the function returned ends it. */
  start(): () => void {
    const abort = new AbortController();
    this.abort = abort;
    void this.load(abort.signal);
    return () => {
      abort.abort();
      if (this.remodelling !== null) clearTimeout(this.remodelling);
      this.remodelling = null;
      this.events?.close();
      this.events = null;
    };
  }

  /** Tries again after a failure. */
  retry(): void {
    if (this.abort && !this.abort.signal.aborted) void this.load(this.abort.signal);
  }

  private async load(signal: AbortSignal): Promise<void> {
    const { id } = this.run.get();
    try {
      this.problem.set(null);
      const { run, recording, cursor } = await getRecording(id, signal);
      if (signal.aborted) return;
      this.run.set(run);
      this.add(recording);
      if (endedStates.includes(run.state)) {
        await this.readLog(signal);
        this.connection.set('ended');
      } else {
        this.follow(id, cursor);
      }
    } catch (error) {
      if (signal.aborted) return;
      this.problem.set(toProblem(error));
      this.connection.set('failed');
    }
  }

  private follow(id: string, cursor: string): void {
    this.events?.close();
    // The browser resumes by itself from the last event's id.
    const events = new EventSource(`/api/runs/${id}/events?cursor=${encodeURIComponent(cursor)}`);
    this.events = events;
    const on = (type: string, take: (data: unknown) => void): void =>
      events.addEventListener(type, (event: MessageEvent<string>) => {
        const data: unknown = JSON.parse(event.data);
        take(data);
      });
    events.onopen = () => this.connection.set('live');
    events.onerror = () => this.connection.set('lost');
    on('recording', (data) => this.add(recordingEventSchema.parse(data).recording));
    on('run', (data) => {
      this.run.set(runEventSchema.parse(data).run);
      this.remodel();
    });
    on('log', (data) => this.addLog(logEventSchema.parse(data).lines));
    on('end', () => {
      events.close();
      this.connection.set('ended');
    });
  }

  private add(increment: Recording): void {
    this.recording = this.recording ? appendRecording(this.recording, increment) : increment;
    this.table.append(increment, this.run.get().loadStartMs);
    this.remodel();
  }

  // A second's rows and the run's figures come as two events: they are shown as one change.
  private remodel(): void {
    if (this.model.get() === null) this.setModel();
    else this.remodelling ??= setTimeout(() => this.setModel(), 60);
  }

  private setModel(): void {
    this.remodelling = null;
    if (this.recording) this.model.set(makeModel(this.run.get(), this.recording, this.table, this.model.get()));
  }

  private async readLog(signal: AbortSignal): Promise<void> {
    const { id } = this.run.get();
    const pageSize = 5000;
    for (let lines: LogLine[]; ; ) {
      lines = await getLog(id, this.log.get().at(-1)?.id ?? 0, signal);
      this.addLog(lines);
      if (lines.length < pageSize) return;
    }
  }

  private addLog(lines: readonly LogLine[]): void {
    const last = this.log.get().at(-1)?.id ?? 0;
    const fresh = lines.filter((line) => line.id > last);
    if (fresh.length > 0) this.log.set([...this.log.get(), ...fresh]);
  }
}
