import { unitOf } from '@/lib/model/protocol';
import { isFailed, latencyIn, requestMetrics, requestsIn, statusClassOf } from '@/lib/timeline/protocols';
import { mean, quantile } from '@/lib/statistics/histogram/quantile';
import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { type Store } from '@/lib/store/client';
import { pointsOf } from '@/lib/timeline/requests';
import {
  type ConcurrencySample,
  type Decision,
  type PastSecond,
  type Recording,
} from '@/lib/model/recording';
import { protocolTimes, requestKinds } from '@/lib/model/protocol-figures';
import {
  metricOfTime,
  protocolColumns,
  protocolSpansOf,
  type ProtocolSpan,
} from '@/lib/timeline/protocol-columns';
import { podsByRevision } from '@/lib/timeline/correlate-revisions';
import { podsAt, type PodStep } from '@/lib/timeline/pods';
import { revisionFigures } from '@/lib/timeline/revision-figures';
import { logPages, type ExportSource } from './source';
import { lagPartNames } from '@/lib/model/lag-part';
import { incidentPartNames } from '@/lib/model/incident';
import { toldIncidents, type ToldIncident } from '@/lib/runs/told-incidents';
import { partsBySteps } from '@/lib/timeline/incident-message';
import { lagsToMs, scaleEventRows, type ScaleEventRow } from '@/lib/timeline/scale-event-rows';
import { csvTable, csvLines, secondsOf, msOf, quantileOf, type CellValue } from './csv-table';

/** One file of the CSV export. */
export interface CsvFile {
  name: string;
  /** Its lines in pieces, the header first. */
  pieces: () => Iterable<string> | AsyncIterable<string>;
}

const statusClasses = ['2xx', '3xx', '4xx', '5xx'] as const;

/**
 * Every table of a run as a file; names of columns are not translated. Moments (`_s`) are seconds on the run's clock to the
 * ms; lags and an incident's parts are the differences of moments that are rounded so, and add up in a spreadsheet;
 * other lengths of time have three digits behind the point and all other numbers six. The JSON has each as it was recorded.
 */
export function csvFiles(store: Store, source: ExportSource): CsvFile[] {
  const { run, mask, recording, correlation } = source;
  const table = <T>(
    name: string,
    columns: Record<string, (row: T) => CellValue>,
    rows: Iterable<T>,
  ): CsvFile => ({ name, pieces: () => csvTable(columns, rows) });
  const protocol = protocolColumns(recording.series, recording.points);
  const names = correlation.revisions.map(({ revision }) => revision);
  const isByRevision = names.length > 0;
  const pods = [...podsByRevision(recording.podEvents)];
  /** Columns that a run of one revision does not have. */
  const ofRevisions = <T>(columns: Record<string, (row: T) => CellValue>): typeof columns =>
    isByRevision ? columns : {};
  const tagNames = new Map(recording.series.map(({ id, ...series }) => [id, series]));
  return [
    table(
      'run.csv',
      { key: ([key]) => key, value: ([, value]) => value },
      Object.entries<CellValue>({
        id: run.id,
        name: run.name,
        state: run.state,
        verdict: run.verdict?.outcome ?? null,
        verdict_said: run.verdict?.said.text ?? null,
        service: run.service.name,
        namespace: run.service.namespace,
        host: run.service.host,
        script: run.scriptName,
        protocols: run.protocols?.join(' ') ?? null,
        engine: run.engine,
        k6_version: run.k6Version,
        origin_unix_ms: run.originMs,
        load_start_s: secondsOf(run.loadStartMs),
        load_end_s: secondsOf(run.loadEndMs),
        requests: run.figures.requests,
        failures: run.figures.failures,
        requests_per_second: run.figures.requestsPerSecond,
        p50_ms: run.figures.p50Ms,
        p90_ms: run.figures.p90Ms,
        p95_ms: run.figures.p95Ms,
        p99_ms: run.figures.p99Ms,
        peak_ready_pods: run.figures.peakReadyPods,
        worst_lag_ms: run.figures.worstLagMs,
        worst_incident_ms: run.figures.worstIncidentMs ?? null,
        worst_incident_had_ended:
          run.figures.worstIncidentOpen == null ? null : !run.figures.worstIncidentOpen,
        decided_difference_pods: run.figures.decidedDifference ?? null,
        thresholds_met: run.figures.thresholdsMet,
      }),
    ),
    table(
      'requests.csv',
      {
        at_s: (row) => secondsOf(row.atMs),
        requests: (row) => row.requests,
        failures: (row) => row.failures,
        ...Object.fromEntries(
          statusClasses.map((name) => [`status_${name}`, (row: RequestRow) => row.byStatus[name] ?? 0]),
        ),
        no_answer: (row) => row.byStatus.none ?? 0,
        status_unknown: (row) => row.byStatus.unknown ?? 0,
        mean_ms: (row) => msOf(row.durations, mean),
        p50_ms: (row) => msOf(row.durations, (h) => quantile(h, 0.5)),
        p90_ms: (row) => msOf(row.durations, (h) => quantile(h, 0.9)),
        p95_ms: (row) => msOf(row.durations, (h) => quantile(h, 0.95)),
        p99_ms: (row) => msOf(row.durations, (h) => quantile(h, 0.99)),
      },
      requestRows(recording),
    ),
    ...(protocol.length > 0
      ? [
          table(
            'protocols.csv',
            {
              at_s: (row) => secondsOf(row.toMs),
              streams_open: (row) => row.streams,
              sessions_open: (row) => row.sessions,
              messages_sent: ({ column }) => column?.counts.messagesSent ?? 0,
              messages_received: ({ column }) => column?.counts.messagesReceived ?? 0,
              output_tokens: ({ column }) => column?.counts.outputTokens ?? 0,
              prompt_tokens: ({ column }) => column?.counts.promptTokens ?? 0,
              ...Object.fromEntries(
                [...new Set(protocol.flatMap(({ statuses }) => Object.keys(statuses)))].map((name) => [
                  `grpc_${name}`,
                  ({ column }: ProtocolSpan) => column?.statuses[name] ?? 0,
                ]),
              ),
              ...Object.fromEntries(
                protocolTimes
                  .filter((time) => protocol.some(({ times }) => times[time]))
                  .flatMap((time) =>
                    ([0.5, 0.95] as const).map((q) => [
                      `${metricOfTime(time)}_p${100 * q}_ms`,
                      ({ column }: ProtocolSpan) =>
                        msOf(column?.times[time] ?? null, (histogram) => quantile(histogram, q)),
                    ]),
                  ),
              ),
              ...Object.fromEntries(
                requestKinds
                  .filter((kind) => protocol.some(({ kinds }) => kinds[kind]))
                  .flatMap((kind) => [
                    [`${kind}_ended`, ({ column }: ProtocolSpan) => column?.kinds[kind]?.count ?? 0],
                    [
                      `${kind}_p95_ms`,
                      ({ column }: ProtocolSpan) =>
                        msOf(column?.kinds[kind] ?? null, (histogram) => quantile(histogram, 0.95)),
                    ],
                  ]),
              ),
            },
            protocolSpansOf(
              protocol,
              protocol.map(({ atMs }, i) => ({ fromMs: protocol[i - 1]?.atMs ?? 0, toMs: atMs })),
            ),
          ),
        ]
      : []),
    table(
      'pods.csv',
      {
        at_s: (step) => secondsOf(step.atMs),
        pending: (step) => step.pending,
        starting: (step) => step.starting,
        ready: (step) => step.ready,
        terminating: (step) => step.terminating,
        ...Object.fromEntries(
          isByRevision
            ? pods.map(([name, { steps }]) => [
                `ready_${name}`,
                (step: PodStep) => podsAt(steps, step.atMs).ready,
              ])
            : [],
        ),
      },
      correlation.pods.steps,
    ),
    ...(isByRevision
      ? [
          table(
            'revisions.csv',
            {
              revision: (one) => one.revision,
              share: (one) => one.share,
              peak_in_flight: (one) => one.peakInFlight,
              peak_ready_pods: (one) => one.peakReadyPods,
              pod_seconds: (one) => one.podSeconds,
              target: (one) => one.target,
              min_scale: (one) => one.minScale,
              max_scale: (one) => one.maxScale,
              scale_events: (one) => one.scaleEvents,
              worst_lag_ms: (one) => one.worstLagMs,
            },
            revisionFigures(correlation),
          ),
        ]
      : []),
    table(
      'pod-events.csv',
      {
        at_s: (event) => secondsOf(event.atMs),
        type: (event) => event.type,
        pod: (event) => event.name,
        phase: (event) => event.phase,
        revision: (event) => event.revision,
        reason: (event) => event.reason,
        uid: (event) => event.uid,
      },
      recording.podEvents,
    ),
    table(
      'concurrency.csv',
      {
        at_s: (sample) => secondsOf(sample.atMs),
        total: (sample) => sample.total,
        active: (sample) => sample.active,
        waiting: (sample) => sample.waiting,
        instant: (sample) => sample.instant,
        source: (sample) => sample.source,
        ...Object.fromEntries(
          names.map((name) => [
            `total_${name}`,
            ({ byRevision }: ConcurrencySample) => (byRevision ? (byRevision[name] ?? 0) : null),
          ]),
        ),
      },
      recording.concurrency,
    ),
    table(
      'decisions.csv',
      {
        at_s: (d) => secondsOf(d.atMs),
        valid: (d) => d.valid,
        ready_pods: (d) => d.readyPods,
        stable_average: (d) => d.stableAverage,
        panic_average: (d) => d.panicAverage,
        panic_mode: (d) => d.panicMode,
        desired_pods: (d) => d.desiredPods,
        replicas: (d) => d.replicas,
        bound_by: (d) => d.boundBy,
        reason: (d) => JSON.stringify(d.reason),
        ...ofRevisions<Decision>({
          revision: (d) => d.part?.revision ?? null,
          revision_ready_pods: (d) => d.part?.readyPods ?? null,
          revision_stable_average: (d) => d.part?.stableAverage ?? null,
          revision_panic_average: (d) => d.part?.panicAverage ?? null,
          revision_desired_pods: (d) => d.part?.desiredPods ?? null,
          revision_replicas: (d) => d.part?.replicas ?? null,
        }),
      },
      recording.decisions,
    ),
    table(
      'incidents.csv',
      {
        id: (one) => one.id,
        ...ofRevisions<ToldIncident>({ revision: (one) => one.revision ?? null }),
        kind: (one) => one.kind,
        cause: (one) => one.cause,
        start_s: (one) => secondsOf(one.startMs),
        end_s: (one) => secondsOf(one.endMs),
        duration_ms: (one) => partsBySteps(one, 1).totalMs,
        done_s: (one) => secondsOf(one.doneMs),
        ended_by: (one) => one.end,
        load_metric: (one) => one.load?.metric ?? null,
        load_from: (one) => one.load?.from ?? null,
        load_to: (one) => one.load?.to ?? null,
        pods_from: (one) => one.pods.from,
        pods_due: (one) => one.pods.due,
        pods_reached: (one) => one.pods.reached,
        ...Object.fromEntries(
          incidentPartNames.map((name) => [
            `${name}_ms`,
            (one: ToldIncident) => partsBySteps(one, 1).parts.find(({ part }) => part === name)?.ms ?? 0,
          ]),
        ),
        culprit: (one) => one.culprit.kind,
        doubt: (one) => one.culprit.doubt,
        requests: (one) => one.slow?.requests ?? null,
        slow_requests: (one) => one.slow?.count ?? null,
        slow_p95_ms: (one) => one.slow?.p95Ms ?? null,
        steady_p95_ms: (one) => one.slow?.steadyP95Ms ?? null,
        idle_pod_seconds: (one) => one.idle?.podSeconds ?? null,
        settings_pod_seconds: (one) => one.idle?.settingsPodSeconds ?? null,
        scale_events: (one) => one.eventIds.join(' '),
        sentence: (one) => one.sentence,
        culprit_sentence: (one) => one.culpritSentence,
      },
      toldIncidents(correlation, unitOf(run.protocols)),
    ),
    table(
      'scale-events.csv',
      {
        id: (e) => e.id,
        ...ofRevisions<ScaleEventRow>({ revision: (e) => e.revision }),
        outcome: (e) => e.outcome,
        due_s: (e) => secondsOf(e.dueMs),
        due_from: (e) => e.dueFrom,
        due_to: (e) => e.dueTo,
        decided_s: (e) => secondsOf(e.decidedMs),
        seen_s: (e) => secondsOf(e.seenMs),
        seen_from: (e) => e.seenFrom,
        seen_to: (e) => e.seenTo,
        done_s: (e) => secondsOf(e.doneMs),
        decide_ms: (e) => e.decideMs,
        act_ms: (e) => e.actMs,
        start_ms: (e) => e.startMs,
        lag_ms: (e) => e.totalMs,
        ...Object.fromEntries(
          lagPartNames.map((part) => [`lag_${part}_ms`, (e: ScaleEventRow) => e.parts?.[part] ?? null]),
        ),
        requests_meanwhile: (e) => e.requests,
        p95_ms: (e) => e.p95Ms,
        steady_p95_ms: (e) => e.steadyP95Ms,
      },
      scaleEventRows(correlation).map(lagsToMs),
    ),
    table(
      'cluster-reports.csv',
      {
        at_s: (report) => secondsOf(report.atMs),
        server_at_s: (report) => secondsOf(report.serverAtMs),
        kind: (report) => report.kind,
        report: ({ id: _id, atMs: _atMs, serverAtMs: _serverAtMs, kind: _kind, ...said }) =>
          JSON.stringify(said),
      },
      recording.reports ?? [],
    ),
    ...(recording.past
      ? [
          table(
            'past.csv',
            {
              at_s: (second) => secondsOf(second.atMs),
              in_flight: (second) => second.value,
              ready_pods: (second) => second.readyPods,
              from: (second) => second.from,
              ...ofRevisions<PastRow>({ revision: (second) => second.revision }),
            },
            recording.past.flatMap(({ revision, seconds }) =>
              seconds.map((second): PastRow => ({ ...second, revision })),
            ),
          ),
        ]
      : []),
    table(
      'gaps.csv',
      {
        what: (gap) => gap.what,
        from_s: (gap) => secondsOf(gap.fromMs),
        to_s: (gap) => secondsOf(gap.toMs),
        reason: (gap) => gap.reason,
      },
      recording.gaps,
    ),
    table(
      'metrics.csv',
      {
        at_s: ({ point }) => secondsOf(point.atMs),
        metric: ({ series }) => series.metric,
        type: ({ series }) => series.type,
        unit: ({ series }) => series.unit,
        tags: ({ series }) => new URLSearchParams(series.tags).toString(),
        value: ({ point }) => point.value,
        count: ({ point }) => point.histogram?.count ?? null,
        sum: ({ point }) => point.histogram?.sum ?? null,
        p50: ({ point }) => quantileOf(point.histogram, 0.5),
        p95: ({ point }) => quantileOf(point.histogram, 0.95),
        p99: ({ point }) => quantileOf(point.histogram, 0.99),
      },
      metricRows(recording, tagNames),
    ),
    {
      name: 'log.csv',
      async *pieces() {
        yield 'at_s,level,text\r\n';
        for await (const lines of logPages(store, run.id, mask))
          yield csvLines(lines.map(({ atMs, level, text }) => [secondsOf(atMs), level, text]));
      },
    },
  ];
}

type PastRow = PastSecond & { revision: string | null };

interface RequestRow {
  atMs: number;
  requests: number;
  failures: number;
  byStatus: Record<string, number>;
  durations: ExponentialHistogram | null;
}

/** The requests that ended in each recorded second. */
function requestRows(recording: Recording): RequestRow[] {
  const rows = new Map<number, RequestRow & { histograms: ExponentialHistogram[] }>();
  const at = (atMs: number) => {
    let row = rows.get(atMs);
    if (!row)
      rows.set(
        atMs,
        (row = { atMs, requests: 0, failures: 0, byStatus: {}, durations: null, histograms: [] }),
      );
    return row;
  };
  for (const { point, metric, tags } of pointsOf(recording, requestMetrics)) {
    const latency = latencyIn(metric, point);
    if (latency) at(point.atMs).histograms.push(latency);
    const count = requestsIn(metric, point);
    if (count === null) continue;
    const row = at(point.atMs);
    const status = statusClassOf(metric, tags.status);
    row.requests += count;
    if (isFailed(metric, tags)) row.failures += count;
    row.byStatus[status] = (row.byStatus[status] ?? 0) + count;
  }
  return [...rows.values()]
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ histograms, ...row }) => ({
      ...row,
      durations: histograms.length > 0 ? mergeHistograms(histograms) : null,
    }));
}

type SeriesOf = Omit<Recording['series'][number], 'id'>;

function* metricRows(
  { points }: Recording,
  series: ReadonlyMap<number, SeriesOf>,
): Generator<{ point: Recording['points'][number]; series: SeriesOf }> {
  for (const point of points) {
    const own = series.get(point.seriesId);
    if (own) yield { point, series: own };
  }
}
