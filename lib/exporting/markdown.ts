import { scaleEventRows, type ScaleOutcome } from './scale-events';
import { type ExportSource } from './source';

/** The words and formats of the report's language. */
export interface MarkdownWords {
  figures: string;
  story: string;
  thresholds: string;
  noThresholds: string;
  scaleEvents: string;
  noScaleEvents: string;
  checks: string;
  verdict: { passed: string; failed: string; none: string };
  state: string;
  service: string;
  script: string;
  started: string;
  length: string;
  requests: string;
  failures: string;
  rate: string;
  peakPods: string;
  worstLag: string;
  metric: string;
  threshold: string;
  result: string;
  met: string;
  crossed: string;
  expected: string;
  observed: string;
  pods: string;
  ready: string;
  lag: string;
  cost: string;
  outcome: string;
  neverReady: string;
  p95: string;
  steady: string;
  footer: string;
  outcomeOf: (outcome: ScaleOutcome) => string;
  stateOf: (state: ExportSource['run']['state']) => string;
  ms: (value: number | null) => string;
  number: (value: number | null) => string;
  lengthOf: (ms: number | null) => string;
}

/** A summary for a pull request: verdict, figures, thresholds, scale events, and the story in sentences. */
export function markdown(
  { run, correlation }: Pick<ExportSource, 'run' | 'correlation'>,
  story: readonly string[],
  w: MarkdownWords,
): string {
  const { figures } = run;
  const passed = run.state === 'finished' && figures.thresholdsMet !== false;
  const verdict =
    run.state === 'finished' && figures.thresholdsMet === null
      ? `➖ ${w.verdict.none}`
      : passed
        ? `✅ ${w.verdict.passed}`
        : `❌ ${w.verdict.failed}`;
  const lengthMs =
    run.loadStartMs !== null && run.loadEndMs !== null ? run.loadEndMs - run.loadStartMs : null;
  const thresholds =
    run.summary?.metrics.flatMap(({ metric, thresholds: own }) =>
      own.map((threshold) => ({ metric, ...threshold })),
    ) ?? [];
  const events = scaleEventRows(correlation);
  return [
    `## ${text(run.name)}: ${verdict}`,
    '',
    `${w.service} **${text(run.service.name)}** · ${w.script} **${text(run.scriptName)}** · ${w.state} ${w.stateOf(run.state)} · ${w.started} ${run.originMs === null ? '–' : `${new Date(run.originMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`} · ${w.length} ${w.lengthOf(lengthMs)}`,
    '',
    `### ${w.figures}`,
    '',
    ...table(
      [w.requests, w.failures, w.rate, 'p50', 'p90', 'p95', 'p99', w.peakPods, w.worstLag],
      [
        [
          w.number(figures.requests),
          w.number(figures.failures),
          w.number(figures.requestsPerSecond),
          w.ms(figures.p50Ms),
          w.ms(figures.p90Ms),
          w.ms(figures.p95Ms),
          w.ms(figures.p99Ms),
          w.number(figures.peakReadyPods),
          w.ms(figures.worstLagMs),
        ],
      ],
    ),
    '',
    `### ${w.thresholds}`,
    '',
    ...(thresholds.length === 0
      ? [w.noThresholds]
      : table(
          [w.result, w.metric, w.threshold],
          thresholds.map(({ metric, source, ok }) => [
            ok ? `✅ ${w.met}` : `❌ ${w.crossed}`,
            code(metric),
            code(source),
          ]),
          0,
        )),
    '',
    `### ${w.scaleEvents}`,
    '',
    ...(events.length === 0
      ? [w.noScaleEvents]
      : table(
          [w.expected, w.observed, w.pods, w.ready, w.lag, w.cost, w.p95, w.steady, w.outcome],
          events.map((e) => [
            clock(e.dueMs),
            clock(e.seenMs),
            e.outcome === 'lost'
              ? '–'
              : e.dueMs === null
                ? `${e.seenFrom} → ${e.seenTo}`
                : `${e.dueFrom} → ${e.dueTo}`,
            e.doneMs === null ? (e.seenMs === null ? '–' : w.neverReady) : clock(e.doneMs),
            w.ms(e.totalMs),
            w.number(e.requests),
            w.ms(e.p95Ms),
            w.ms(e.steadyP95Ms),
            w.outcomeOf(e.outcome),
          ]),
          8,
        )),
    '',
    ...(story.length > 0
      ? [`### ${w.story}`, '', ...story.map((sentence) => `- ${text(sentence)}`), '']
      : []),
    `<sub>${w.footer}</sub>`,
    '',
  ].join('\n');
}

/** A table; columns before `left` are aligned right, as numbers are. */
function table(head: readonly string[], rows: readonly (readonly string[])[], left = head.length): string[] {
  return [
    `| ${head.join(' | ')} |`,
    `| ${head.map((_, i) => (i < left ? '---:' : '---')).join(' | ')} |`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ];
}

function clock(atMs: number | null): string {
  if (atMs === null) return '–';
  const tenths = Math.round(atMs / 100);
  return `${Math.floor(tenths / 600)}:${((tenths % 600) / 10).toFixed(1).padStart(4, '0')}`;
}

/** A text that Markdown and HTML leave as it is. */
function text(plain: string): string {
  return plain.replace(/[\\`*_{}[\]<>#|~]/g, (sign) => `\\${sign}`).replace(/\s+/g, ' ');
}

function code(plain: string): string {
  return `\`${plain.replaceAll('`', '’').replaceAll('|', '\\|')}\``;
}
