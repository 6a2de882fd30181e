import { type Message } from '@/lib/model/message';
import { type RequestUnit, unitOf } from '@/lib/model/protocol';
import { type Incident } from '@/lib/model/incident';
import {
  culpritMessage,
  incidentLengthMs,
  incidentMessage,
  podsChange,
} from '@/lib/timeline/incident-message';
import { type Verdict, type VerdictOutcome } from '@/lib/model/verdict';
import { say } from '@/lib/words/say';
import {
  formatIncidentLength,
  formatLength,
  formatMs,
  formatNumber,
  worstIncidentText,
} from '@/lib/words/format';
import { type Locale } from '@/lib/words/locale';
import { type Words } from '@/lib/words/words';
import { revisionFigures } from '@/lib/timeline/revision-figures';
import { type ProtocolFigures } from '@/lib/model/protocol-figures';
import { figuresOfProtocols } from '@/lib/timeline/protocol-figures';
import { protocolTexts } from '@/lib/words/protocol-text';
import { revisionColumns, revisionText } from '@/lib/words/revision-text';
import { scaleEventRows, type ScaleOutcome } from '@/lib/timeline/scale-event-rows';
import { type ExportSource } from './source';

/** The words and formats of the report's language. */
/** A summary for a pull request: verdict, figures, thresholds, scale events, the story and what is assumed, in sentences. */
export function markdown(
  {
    run,
    correlation,
    recording,
  }: Pick<ExportSource, 'run' | 'correlation'> & {
    recording: Pick<ExportSource['recording'], 'series' | 'points'>;
  },
  { story, assumed }: { story: readonly string[]; assumed: readonly string[] },
  t: Words,
  locale: Locale,
): string {
  const { figures } = run;
  const unit = unitOf(run.protocols);
  const ms = (value: number | null): string => formatMs(value, locale);
  const number = (value: number | null): string =>
    formatNumber(value, locale, value !== null && !Number.isInteger(value) ? 1 : 0);
  const outcome = run.verdict?.outcome;
  const verdict = outcome
    ? `${signs[outcome]} ${t(`verdicts.outcome.${outcome}`)}`
    : `➖ ${t(`states.${run.state}`)}`;
  const lengthMs =
    run.loadStartMs !== null && run.loadEndMs !== null ? run.loadEndMs - run.loadStartMs : null;
  const thresholds =
    run.summary?.metrics.flatMap(({ metric, thresholds: own }) =>
      own.map((threshold) => ({ metric, ...threshold })),
    ) ?? [];
  const events = scaleEventRows(correlation);
  const isDecidedKnown = correlation.decided.length > 0;
  const isByRevision = events.some(({ revision }) => revision !== null);
  return [
    `## ${text(run.name)}: ${verdict}`,
    '',
    ...verdictLines(run, t, locale),
    `${t('exports.report.service')} **${text(run.service.name)}** · ${t('exports.report.script')} **${text(run.scriptName)}** · ${t('exports.report.state')} ${t(`states.${run.state}`)} · ${t('exports.report.started')} ${run.originMs === null ? '–' : `${new Date(run.originMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`} · ${t('exports.report.length')} ${formatLength(lengthMs, t)}`,
    '',
    `### ${t('exports.report.figures')}`,
    '',
    ...table(
      [
        t('exports.report.requests', { unit }),
        t('exports.report.failures'),
        t('exports.report.rate', { unit }),
        'p50',
        'p90',
        'p95',
        'p99',
        t('exports.report.peakPods'),
        t('exports.report.worstIncident'),
      ],
      [
        [
          number(figures.requests),
          number(figures.failures),
          number(figures.requestsPerSecond),
          ms(figures.p50Ms),
          ms(figures.p90Ms),
          ms(figures.p95Ms),
          ms(figures.p99Ms),
          number(figures.peakReadyPods),
          worstIncidentText(figures, t, locale),
        ],
      ],
    ),
    '',
    ...protocolLines(figuresOfProtocols(run, recording), t, locale),
    `### ${t('exports.report.thresholds')}`,
    '',
    ...(thresholds.length === 0
      ? [t('exports.report.noThresholds')]
      : table(
          [t('exports.report.result'), t('exports.report.metric'), t('exports.report.threshold')],
          thresholds.map(({ metric, source, ok }) => [
            ok === null
              ? `${signs.unclear} ${t('exports.report.unclear')}`
              : ok
                ? `${signs.pass} ${t('exports.report.met')}`
                : `${signs.fail} ${t('exports.report.crossed')}`,
            code(metric),
            code(source),
          ]),
          0,
        )),
    '',
    ...revisionLines(correlation, t, locale),
    ...incidentLines(correlation, unit, t, locale),
    // Of incidents it is their inside: a pull request shows it when it is opened.
    ...(correlation.incidents.length === 0
      ? [`### ${t('exports.report.scaleEvents')}`]
      : [`<details><summary>${t('exports.report.scaleEvents')}</summary>`]),
    '',
    ...(events.length === 0
      ? [t('exports.report.noScaleEvents')]
      : table(
          [
            ...(isByRevision ? [t('revisions.revision')] : []),
            t('exports.report.expected'),
            ...(isDecidedKnown ? [t('lag.decidedAt')] : []),
            t('exports.report.observed'),
            t('exports.report.pods'),
            t('exports.report.ready'),
            t('exports.report.lag'),
            t('exports.report.cost', { unit }),
            t('exports.report.p95'),
            t('exports.report.steady'),
            t('exports.report.outcome'),
          ],
          events.map((e) => [
            ...(isByRevision ? [e.revision === null ? '–' : code(e.revision)] : []),
            clock(e.dueMs),
            ...(isDecidedKnown ? [clock(e.decidedMs)] : []),
            clock(e.seenMs),
            e.outcome === 'lost'
              ? '–'
              : e.dueMs === null
                ? `${e.seenFrom} → ${e.seenTo}`
                : `${e.dueFrom} → ${e.dueTo}`,
            e.doneMs === null ? (e.seenMs === null ? '–' : t('exports.report.neverReady')) : clock(e.doneMs),
            e.totalMs !== null && e.totalMs < 0 ? t('events.early', { time: ms(-e.totalMs) }) : ms(e.totalMs),
            number(e.requests),
            ms(e.p95Ms),
            ms(e.steadyP95Ms),
            outcomeWord(t, e.outcome),
          ]),
          8 + Number(isDecidedKnown) + Number(isByRevision),
        )),
    '',
    ...(correlation.incidents.length === 0 ? [] : ['</details>', '']),
    ...sentences(t('exports.report.story'), story),
    ...sentences(t('exports.report.assumed'), assumed),
    `<sub>${t('exports.report.footer')}</sub>`,
    '',
  ].join('\n');
}

/** What streams, sessions, messages and tokens did, where there are any. */
function protocolLines(figures: ProtocolFigures | null, t: Words, locale: Locale): string[] {
  const told = figures ? protocolTexts(figures, t, locale) : [];
  if (told.length === 0) return [];
  return [
    `### ${t('protocolFigures.title')}`,
    '',
    ...told.map(
      ({ label, value, detail }) =>
        `- ${text(label)}: **${text(value)}**${detail === undefined ? '' : ` (${text(detail)})`}`,
    ),
    '',
  ];
}

function sentences(title: string, said: readonly string[]): string[] {
  return said.length > 0 ? [`### ${title}`, '', ...said.map((sentence) => `- ${text(sentence)}`), ''] : [];
}

/** What each revision had, where there were several. */
function revisionLines(correlation: ExportSource['correlation'], t: Words, locale: Locale): string[] {
  const revisions = revisionFigures(correlation);
  if (revisions.length === 0) return [];
  return [
    `### ${t('revisions.title')}`,
    '',
    ...table(
      [t('revisions.revision'), ...revisionColumns.map((column) => t(`revisions.${column}`))],
      revisions.map((figures) => [
        code(figures.revision),
        ...revisionColumns.map((column) => revisionText(figures, column, locale, t)),
      ]),
    ),
    '',
  ];
}

/** The incidents as a table, each with its sentence and whose it was. */
function incidentLines(
  { incidents }: Pick<ExportSource['correlation'], 'incidents'>,
  unit: RequestUnit,
  t: Words,
  locale: Locale,
): string[] {
  if (incidents.length === 0) return [];
  const told = (said: Message): string => text(say({ locale, t }, said));
  return [
    `### ${t('incidentPage.title')}`,
    '',
    ...table(
      [
        t('incidentPage.at'),
        t('incidentPage.length'),
        t('incidentPage.pods'),
        t('incidentPage.what'),
        t('incidentPage.culprit'),
      ],
      incidents.map((incident) => [
        clock(incident.startMs),
        formatIncidentLength(incidentLengthMs(incident), locale),
        podsText(incident),
        told(incidentMessage(incident, unit)),
        told(culpritMessage(incident)),
      ]),
      3,
    ),
    '',
  ];
}

function podsText(incident: Incident): string {
  const { from, due } = podsChange(incident);
  return `${from} → ${due}`;
}

const signs: Record<VerdictOutcome, string> = { pass: '✅', fail: '❌', unclear: '❔' };

/** The verdict in one sentence, then what failed and what is in doubt, and by which objective. */
function verdictLines({ verdict }: ExportSource['run'], t: Words, locale: Locale): string[] {
  if (!verdict) return [];
  const told = (said: Verdict['said']): string => text(say({ locale, t }, { ...said, known: said.text }));
  const reasons = verdict.checks.filter(({ outcome }) => outcome !== 'pass');
  return [
    `**${told(verdict.said)}**`,
    '',
    ...(reasons.length > 1
      ? [...reasons.map(({ outcome, said }) => `- ${signs[outcome]} ${told(said)}`), '']
      : []),
    `<sub>${t(`verdicts.judgedBy.${verdict.objectiveOf}`)}</sub>`,
    '',
  ];
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

function outcomeWord(t: Words, outcome: ScaleOutcome): string {
  return outcome === 'short' || outcome === 'reading' || outcome === 'correction' || outcome === 'lost'
    ? t(`review.outcome.${outcome}`)
    : t(`events.${outcome}`);
}
