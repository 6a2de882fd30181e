import { type Decision, type LogLine } from '@/lib/model/recording';
import { type Run } from '@/lib/model/run';
import { type OverviewNews, type RunEvent } from '@/lib/runs/events';
import { type Correlation } from '@/lib/timeline/correlate';
import { unpackCorrelation } from '@/lib/timeline/correlation-encode';
import { type Distribution, type DistributionQuery } from '@/lib/timeline/distribution';
import { type K6Metrics } from '@/lib/timeline/k6-metrics';
import { type Overview, type OverviewRange } from '@/lib/timeline/overview';
import { unpackOverview } from '@/lib/timeline/overview-encode';
import { api } from './api';

/** What is stored of a run, unpacked; `correlation` is null for a part of a run, and where the one before still holds. */
interface News {
  overview: Overview;
  correlation: Omit<Correlation, 'pods'> | null;
  cursor: string;
}
/** A run with its overview, and the cursor from which its later events go on. */
export interface StoredRun extends News {
  run: Run;
}

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

type Part = 'overview' | 'events' | 'log' | 'range' | 'metrics' | 'decisions';

/** The run that the API gives by its id, or what a share link's token opens of one: both have the same parts. */
export function apiSource(
  where: { id: string } | { token: string },
  { readOnly = false }: { readOnly?: boolean } = {},
): RunSource {
  const below = 'token' in where ? 'GET /api/share/{token}' : 'GET /api/runs/{id}';
  const key = <P extends Part>(part: P) => `${below}/${part}` as `GET /api/runs/{id}/${P}`;
  const params = where as { id: string };
  return {
    readOnly,
    async overview(range, signal) {
      const { run, ...news } = await api(key('overview'), { params, query: range ?? {}, signal });
      return { run, ...unpacked(news) };
    },
    follow: (cursor, listener) =>
      followEvents(api.address(key('events'), { params, query: { cursor } }), listener),
    log: async (after, signal) => (await api(key('log'), { params, query: { after }, signal })).lines,
    range: (query, signal) => api(key('range'), { params, query, signal }),
    metrics: (signal) => api(key('metrics'), { params, signal }),
    decisions: async (signal) => (await api(key('decisions'), { params, signal })).decisions,
  };
}

function unpacked({ overview, correlation, cursor }: OverviewNews): News {
  return {
    overview: unpackOverview(overview),
    correlation: correlation && unpackCorrelation(correlation),
    cursor,
  };
}

type DataOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T; data: unknown }>['data'];

function followEvents(address: string, listener: RunListener): () => void {
  // The browser resumes by itself from the last event's id.
  const events = new EventSource(address);
  const on = <T extends RunEvent['type']>(type: T, take: (data: DataOf<T>) => void): void =>
    events.addEventListener(type, (event: MessageEvent<string>) => take(JSON.parse(event.data) as DataOf<T>));
  events.onopen = () => listener.onOpen();
  events.onerror = () =>
    events.readyState === EventSource.CLOSED ? listener.onRefused() : listener.onLost();
  on('overview', (data) => {
    const { overview, correlation } = unpacked(data);
    listener.onNews(overview, correlation);
  });
  on('run', (data) => listener.onRun(data.run));
  on('log', (data) => listener.onLog(data.lines));
  on('end', () => {
    events.close();
    listener.onEnd();
  });
  return () => events.close();
}
