'use client';

import { useState, type ReactNode } from 'react';
import { storyOf, storyWords } from '@/lib/timeline/story';
import { type ChartModel } from '../../_charts/model';
import { useStore } from '../../_charts/store';
import { type ChartView } from '../../_charts/view';
import { Tabs, TabsContent, TabsList, TabsTrigger } from '../../_components/ui/tabs';
import { formatClock, formatMs, formatNumber } from '../../_i18n/format';
import { useDictionary, useLocale } from '../../_i18n/provider';
import { wordsOf } from './event-panel';
import { type RunStream } from './use-run-stream';

const names = ['story', 'events', 'decisions', 'k6', 'log', 'script'] as const;

/** What lies behind the charts: story, events, decisions, k6's own summary, log, script. */
export function RunTabs({ stream, view }: { stream: RunStream; view: ChartView }) {
  const t = useDictionary();
  const [tab, setTab] = useState<string>('story');
  return (
    <Tabs value={tab} onValueChange={setTab} className="mt-6">
      <TabsList>
        {names.map((name) => (
          <TabsTrigger key={name} value={name}>
            {t.tabs[name]}
          </TabsTrigger>
        ))}
      </TabsList>
      <TabsContent value={tab} className="pt-4">
        <Content name={tab} stream={stream} view={view} />
      </TabsContent>
    </Tabs>
  );
}

function Content({ name, stream, view }: { name: string; stream: RunStream; view: ChartView }) {
  const model = useStore(stream.model);
  switch (name) {
    case 'events': return <Events model={model} view={view} />;
    case 'decisions': return <Decisions model={model} />;
    case 'k6': return <K6Summary model={model} />;
    case 'log': return <Log stream={stream} />;
    case 'script': return <Script model={model} />;
    default: return <Story model={model} view={view} />;
  }
}

function Story({ model, view }: { model: ChartModel; view: ChartView }) {
  return (
    <ol className="panel divide-y">
      {storyOf(model.run, model.correlation).map((sentence, i) => (
        <li key={i}>
          {sentence.range && sentence.range.toMs > sentence.range.fromMs ? (
            <button type="button" className="w-full px-4 py-3 text-left hover:bg-muted" onClick={() => zoomAround(view, sentence.range!)}>
              {storyWords(sentence)}
            </button>
          ) : (
            <p className="px-4 py-3">{storyWords(sentence)}</p>
          )}
        </li>
      ))}
    </ol>
  );
}

function zoomAround(view: ChartView, { fromMs, toMs }: { fromMs: number; toMs: number }): void {
  const marginMs = Math.max(2000, (toMs - fromMs) / 2);
  view.range.set({ fromMs: Math.max(0, Math.round(fromMs - marginMs)), toMs: Math.round(toMs + marginMs) });
  window.scrollTo({ top: 0, behavior: 'smooth' });
}

function Table({ head, rows, empty, caption }: { head: string[]; rows: ReactNode[][]; empty: string; caption: string }) {
  if (rows.length === 0) return <p className="panel px-4 py-8 text-center text-muted-foreground">{empty}</p>;
  return (
    <div className="panel overflow-x-auto" tabIndex={0} role="region" aria-label={caption}>
      <table className="tabular w-full text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b text-left text-xs text-muted-foreground">
            {head.map((name) => (
              <th key={name} scope="col" className="px-3 py-2 font-medium whitespace-nowrap">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y">
          {rows.map((cells, i) => (
            <tr key={i}>
              {cells.map((cell, j) => (
                <td key={j} className="px-3 py-2 align-top">
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Events({ model, view }: { model: ChartModel; view: ChartView }) {
  const t = useDictionary();
  const locale = useLocale();
  const { matched, missed, superseded, unexpected } = model.correlation;
  const open = (id: string, label: string): ReactNode => (
    <button type="button" className="underline underline-offset-2" onClick={() => view.selected.set(id)}>
      {label}
    </button>
  );
  const rows: { atMs: number; cells: ReactNode[] }[] = [
    ...matched.map(({ expected, observed, lag }) => ({
      atMs: expected.atMs,
      cells: [open(expected.id, formatClock(expected.atMs, true)), t.events.change(expected.from, expected.to), formatClock(observed.atMs, true), t.events.change(observed.from, observed.to), formatMs(lag.actMs, locale), formatMs(lag.startMs, locale), formatMs(lag.totalMs, locale), t.events.matched],
    })),
    ...[...missed.map((event) => ({ event, word: t.events.missed })), ...superseded.map((event) => ({ event, word: t.events.superseded }))].map(({ event, word }) => ({
      atMs: event.atMs,
      cells: [open(event.id, formatClock(event.atMs, true)), t.events.change(event.from, event.to), '–', '–', '–', '–', '–', word],
    })),
    ...unexpected.map((event) => ({ atMs: event.atMs, cells: ['–', '–', open(event.id, formatClock(event.atMs, true)), t.events.change(event.from, event.to), '–', '–', '–', t.events.unexpected] })),
  ].sort((a, b) => a.atMs - b.atMs);
  return (
    <Table
      caption={t.charts.events}
      head={[t.events.expected, `${t.events.pods} (${t.events.expectedShort})`, t.events.observed, `${t.events.pods} (${t.events.observedShort})`, t.events.act, t.events.start, t.common.total, t.events.outcome]}
      rows={rows.map((row) => row.cells)}
      empty={t.events.none}
    />
  );
}

const decisionsShown = 200;

function Decisions({ model }: { model: ChartModel }) {
  const t = useDictionary();
  const locale = useLocale();
  const decisions = model.recording.decisions.slice(-decisionsShown).reverse();
  return (
    <>
      <Table
        caption={t.decisions.caption}
        head={[t.decisions.at, t.decisions.ready, t.decisions.stable, t.decisions.panic, t.decisions.mode, t.decisions.desired, t.decisions.replicas, t.decisions.boundBy, t.decisions.reason]}
        rows={decisions.map((d) => [
          formatClock(d.atMs, true), d.readyPods, formatNumber(d.stableAverage, locale, 1), formatNumber(d.panicAverage, locale, 1), d.panicMode ? t.decisions.panicMode : t.decisions.stableMode,
          d.valid ? d.desiredPods : t.decisions.noData, d.replicas, d.boundBy, <span key="why" className="block min-w-64 text-muted-foreground">{wordsOf(d)}</span>,
        ])}
        empty={t.decisions.none}
      />
      {model.recording.decisions.length > decisionsShown && <p className="mt-2 text-xs text-muted-foreground">{t.decisions.shown(formatNumber(decisionsShown, locale), formatNumber(model.recording.decisions.length, locale))}</p>}
    </>
  );
}

function K6Summary({ model: { run } }: { model: ChartModel }) {
  const t = useDictionary();
  const locale = useLocale();
  const { summary } = run;
  if (!summary) return <p className="panel px-4 py-8 text-center text-muted-foreground">{run.endedAtMs === null ? t.k6.noSummary : t.k6.noSummaryEnded}</p>;
  const statistics = (metric: (typeof summary.metrics)[number]): string =>
    Object.entries(metric.values).map(([name, value]) => `${name} ${metric.contains === 'time' && name !== 'count' ? formatMs(value, locale) : formatNumber(value, locale, Number.isInteger(value) ? 0 : 2)}`).join('  ');
  return (
    <div className="grid gap-6">
      <section>
        <h2 className="mb-2 font-semibold">{t.k6.thresholds}</h2>
        <Table caption={t.k6.thresholds} head={[t.k6.metric, t.k6.thresholds, '']} empty={t.k6.noThresholds} rows={summary.metrics.flatMap((m) => m.thresholds.map((threshold) => [m.metric, <code key="s">{threshold.source}</code>, threshold.ok ? `✓ ${t.k6.passed}` : `✗ ${t.k6.crossed}`]))} />
      </section>
      <section>
        <h2 className="mb-2 font-semibold">{t.k6.checks}</h2>
        <Table caption={t.k6.checks} head={[t.common.name, t.k6.passes, t.k6.fails]} empty={t.k6.noChecks} rows={summary.checks.map((c) => [c.path.replace(/^::/, ''), formatNumber(c.passes, locale), formatNumber(c.fails, locale)])} />
      </section>
      <section>
        <h2 className="mb-2 font-semibold">{t.k6.metrics}</h2>
        <Table caption={t.k6.metrics} head={[t.k6.metric, t.common.value]} empty={t.k6.noCustom} rows={[...summary.metrics].sort((a, b) => a.metric.localeCompare(b.metric)).map((m) => [m.metric, <span key="v" className="whitespace-pre-wrap text-muted-foreground">{statistics(m)}</span>])} />
      </section>
    </div>
  );
}

function Log({ stream }: { stream: RunStream }) {
  const t = useDictionary();
  const lines = useStore(stream.log);
  if (lines.length === 0) return <p className="panel px-4 py-8 text-center text-muted-foreground">{t.log.empty}</p>;
  return (
    <pre tabIndex={0} aria-label={t.log.title} className="panel max-h-[32rem] overflow-auto p-4 text-xs leading-5">
      {lines.map((line) => `${formatClock(line.atMs, true)}  ${line.level.padEnd(7)} ${line.text}\n`).join('')}
    </pre>
  );
}

function Script({ model: { run } }: { model: ChartModel }) {
  const t = useDictionary();
  const block = (title: string, text: string) => (
    <section>
      <h2 className="mb-2 font-semibold">{title}</h2>
      <pre tabIndex={0} aria-label={title} className="panel max-h-[32rem] overflow-auto p-4 text-xs leading-5">{text}</pre>
    </section>
  );
  const env = Object.entries(run.env).map(([name, value]) => `${name}=${value}`).join('\n');
  return (
    <div className="grid gap-6">
      {block(t.script.text, run.scriptText)}
      {block(t.script.environment, env || t.script.noEnv)}
      {block(t.script.options, JSON.stringify(run.options, null, 2))}
      {block(t.script.annotations, Object.entries(run.service.annotations).map(([name, value]) => `${name}: ${value}`).join('\n') || t.common.none)}
      <p className="text-sm text-muted-foreground">
        {t.script.k6Version} {run.k6Version ?? '–'}
      </p>
    </div>
  );
}
