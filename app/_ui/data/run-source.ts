import { type z } from 'zod';
import { type Correlation } from '@/lib/timeline/correlate';
import { type Distribution, type DistributionQuery } from '@/lib/timeline/distribution';
import { type K6Metrics } from '@/lib/timeline/k6-metrics';
import { type Overview, type OverviewRange } from '@/lib/timeline/overview';
import { type Decision } from '@/lib/model/recording';
import {
  getDecisions,
  getDistribution,
  getK6Metrics,
  getLog,
  getOverview,
  logEventSchema,
  overviewEventSchema,
  runEventSchema,
  type LogLine,
  type overviewAnswer,
} from './runs';

/** A run with its overview, and the cursor from which its later events go on. */
export type StoredRun = z.infer<typeof overviewAnswer>;

/** What a page is told of a run that goes on. */
export interface RunListener {
  onOpen(): void;
  /** The connection was lost; it is tried again by itself. */
  onLost(): void;
  /** The server refuses to go on: whoever reads it may have been signed out. It is not tried again by itself. */
  onRefused(): void;
  /** `correlation` is null where the one before still holds. */
  onNews(overview: Overview, correlation: Omit<Correlation, 'pods'> | null): void;
  onRun(run: StoredRun['run']): void;
  onLog(lines: LogLine[]): void;
  onEnd(): void;
}

/** Where a run's page reads its run from: the API, a share link, or data inside the page. */
export interface RunSource {
  /** True: the page shows the run and offers nothing that changes it or leads elsewhere. */
  readonly readOnly: boolean;
  /** What is stored by now: of all, or of a range in finer steps. Throws ApiProblem. */
  overview(range: OverviewRange | null, signal: AbortSignal): Promise<StoredRun>;
  /** Tells of what is stored after a cursor, until the function returned is called. Not asked for a run that has ended. */
  follow(cursor: string, listener: RunListener): () => void;
  /** k6's log after a line's id, at most 5,000 lines. Throws ApiProblem. */
  log(after: number, signal: AbortSignal): Promise<LogLine[]>;
  /** How the requests' times are distributed in a range. Throws ApiProblem. */
  range(query: DistributionQuery, signal: AbortSignal): Promise<Distribution>;
  /** k6's metrics over time, its tags and groups. Throws ApiProblem. */
  metrics(signal: AbortSignal): Promise<K6Metrics>;
  /** Every tick's decision. Throws ApiProblem. */
  decisions(signal: AbortSignal): Promise<Decision[]>;
}

/** The run that the API gives under a path, such as `/api/runs/ID`. */
export function apiSource(basePath: string, { readOnly = false }: { readOnly?: boolean } = {}): RunSource {
  return {
    readOnly,
    overview: (range, signal) => getOverview(basePath, range, signal),
    follow: (cursor, listener) =>
      followEvents(`${basePath}/events?cursor=${encodeURIComponent(cursor)}`, listener),
    log: (after, signal) => getLog(basePath, after, signal),
    range: (query, signal) => getDistribution(basePath, query, signal),
    metrics: (signal) => getK6Metrics(basePath, signal),
    decisions: (signal) => getDecisions(basePath, signal),
  };
}

function followEvents(address: string, listener: RunListener): () => void {
  // The browser resumes by itself from the last event's id.
  const events = new EventSource(address);
  const on = (type: string, take: (data: unknown) => void): void =>
    events.addEventListener(type, (event: MessageEvent<string>) => {
      const data: unknown = JSON.parse(event.data);
      take(data);
    });
  events.onopen = () => listener.onOpen();
  events.onerror = () =>
    events.readyState === EventSource.CLOSED ? listener.onRefused() : listener.onLost();
  on('overview', (data) => {
    const { overview, correlation } = overviewEventSchema.parse(data);
    listener.onNews(overview, correlation);
  });
  on('run', (data) => listener.onRun(runEventSchema.parse(data).run));
  on('log', (data) => listener.onLog(logEventSchema.parse(data).lines));
  on('end', () => {
    events.close();
    listener.onEnd();
  });
  return () => events.close();
}
