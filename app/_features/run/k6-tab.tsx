'use client';

import { CircleCheck, CircleX } from 'lucide-react';
import { type ReactNode } from 'react';
import { isBuiltIn } from '@/lib/timeline/k6-metrics';
import { type Run, type RunSummary } from '@/lib/model/run';
import { type RunningThreshold } from '@/lib/model/running-threshold';
import { type ChartModel } from '@/app/_ui/charts/model';
import { useStore, type Store } from '@/app/_ui/charts/store';
import { type ChartView } from '@/app/_ui/charts/view';
import { cn } from '@/app/_ui/cn';
import { formatBytes, formatMs, formatNumber, formatShare } from '@/lib/words/format';
import { type Locale } from '@/lib/words/locale';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { Artefacts } from './artefacts';
import { K6OverTime } from './k6-over-time';
import {
  checkRows,
  liveCheckRows,
  valueOrder,
  valuesText,
  valueText,
  type CheckRow,
  type ValueFormats,
} from './k6-metrics';
import { type RunFeed } from './run-feed';
import { ThresholdsNowList } from './thresholds-now';
import { Cell, Table } from '@/app/_ui/table';
import { ThresholdOutcome } from '@/app/_ui/verdict/threshold-outcome';
import { useSay } from '@/app/_ui/words/use-say';
import { whyUnclear } from '@/lib/timeline/threshold-message';

type SummaryMetric = RunSummary['metrics'][number];

/** k6's own verdicts and totals: thresholds, checks, metrics, groups. */
export function K6Tab({
  feed,
  model: store,
  view,
}: {
  feed: RunFeed;
  model: Store<ChartModel>;
  view: ChartView;
}) {
  const t = useWords();
  const model = useStore(store);
  const { run } = model;
  const summary = run.summary?.recordedOnly ? null : run.summary;
  const own = summary?.metrics.filter(({ metric }) => !isBuiltIn(metric)) ?? [];
  const builtIn = summary?.metrics.filter(({ metric }) => isBuiltIn(metric)) ?? [];
  return (
    <div className="space-y-7">
      {!summary && (
        <p className="text-muted-foreground">
          {run.endedAtMs === null ? t('k6.noSummary') : t('k6.noSummaryEnded')}
        </p>
      )}
      {summary?.interruptedIterations ? (
        <p
          role="note"
          data-interrupted
          className="rounded-lg border border-warning/40 bg-warning-soft px-3.5 py-2 text-sm"
        >
          {t('k6.interrupted', { iterations: summary.interruptedIterations })}
        </p>
      ) : null}
      <Part title={t('k6.thresholds')}>
        <Thresholds run={run} now={model.recording.thresholds ?? []} />
      </Part>
      <Part title={t('k6.checks')}>
        <Checks checks={summary ? checkRows(summary.checks) : liveCheckRows(model.recording.checks)} />
      </Part>
      {summary && (
        <Part title={t('k6.custom')}>
          {own.length > 0 ? (
            <Metrics label={t('k6.custom')} metrics={own} />
          ) : (
            <p className="text-muted-foreground">{t('k6.noCustom')}</p>
          )}
        </Part>
      )}
      <K6OverTime feed={feed} model={store} view={view} groups={summary?.groups ?? []} part={Part} />
      <Artefacts feed={feed} />
      {summary?.runners !== undefined && (
        <p className="text-sm text-muted-foreground" data-of-runners>
          {t('k6.ofRunners', { runners: summary.runners })}
        </p>
      )}
      {summary && (
        <Part title={t('k6.builtIn')}>
          <Metrics label={t('k6.builtIn')} metrics={builtIn} />
        </Part>
      )}
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-2 text-sm font-semibold">{title}</h3>
      {children}
    </section>
  );
}

function Thresholds({ run, now }: { run: Run; now: readonly RunningThreshold[] }) {
  const t = useWords();
  const say = useSay();
  const locale = useLocale();
  const rows =
    run.summary?.metrics.flatMap((metric) =>
      metric.thresholds.map((threshold) => ({ metric, ...threshold })),
    ) ?? [];
  if (now.length > 0) return <ThresholdsNowList run={run} thresholds={now} />;
  if (rows.length === 0) {
    const asked = Object.entries((run.options.thresholds ?? {}) as Record<string, unknown>);
    if (run.summary || asked.length === 0)
      return <p className="text-muted-foreground">{t('k6.noThresholds')}</p>;
    return (
      <ul className="space-y-1">
        {asked.map(([metric, rules]) => (
          <li key={metric} className="font-mono text-xs">
            {metric}:{' '}
            {(Array.isArray(rules) ? rules : [rules])
              .map((rule) => (typeof rule === 'string' ? rule : JSON.stringify(rule)))
              .join(', ')}
          </li>
        ))}
      </ul>
    );
  }
  return (
    <Table
      label={t('k6.thresholds')}
      head={[
        { label: t('k6.thresholds') },
        { label: t('k6.metric') },
        { label: '' },
        { label: t('common.value') },
      ]}
    >
      {rows.map(({ metric, source, ok, ...open }) => (
        <tr
          key={`${metric.metric}${source}`}
          data-threshold={ok === null ? 'unclear' : ok ? 'met' : 'crossed'}
        >
          <Cell>
            <ThresholdOutcome ok={ok} className="font-medium" />
          </Cell>
          <Cell className="font-mono text-xs">{metric.metric}</Cell>
          <Cell className="font-mono text-xs">
            <span className="inline-block min-w-24">{source}</span>
          </Cell>
          <Cell className="tabular text-muted-foreground">
            {ok === null ? say(whyUnclear(metric, open)) : valuesText(metric, formatsOf(locale))}
          </Cell>
        </tr>
      ))}
    </Table>
  );
}

function Checks({ checks }: { checks: CheckRow[] }) {
  const t = useWords();
  const locale = useLocale();
  if (checks.length === 0) return <p className="text-muted-foreground">{t('k6.noChecks')}</p>;
  return (
    <Table
      label={t('k6.checks')}
      head={[
        { label: t('k6.checks') },
        { label: t('k6.passes'), numeric: true },
        { label: t('k6.fails'), numeric: true },
        { label: '%', numeric: true },
      ]}
    >
      {checks.map(({ name, path, passes, fails, share }) => (
        <tr key={path || name}>
          <Cell title={path}>
            <span className="flex max-w-lg items-center gap-2">
              {share === 1 ? (
                <CircleCheck aria-hidden className="size-4 shrink-0 text-success" />
              ) : (
                <CircleX aria-hidden className="size-4 shrink-0 text-danger" />
              )}
              <span className="truncate">{name}</span>
            </span>
          </Cell>
          <Cell numeric>{formatNumber(passes, locale)}</Cell>
          <Cell numeric className={cn((fails ?? 0) > 0 && 'font-medium text-danger')}>
            {formatNumber(fails, locale)}
          </Cell>
          <Cell numeric>{formatShare(share, locale)}</Cell>
        </tr>
      ))}
    </Table>
  );
}

function Metrics({ label, metrics }: { label: string; metrics: readonly SummaryMetric[] }) {
  const t = useWords();
  const locale = useLocale();
  const trends = metrics.filter(({ type }) => type === 'trend');
  const others = metrics.filter(({ type }) => type !== 'trend');
  const keys = valueOrder.filter((key) => trends.some(({ values }) => key in values));
  return (
    <div className="space-y-3">
      {trends.length > 0 && (
        <Table
          label={label}
          head={[{ label: t('k6.metric') }, ...keys.map((key) => ({ label: key, numeric: true }))]}
        >
          {trends.map((metric) => (
            <tr key={metric.metric}>
              <Cell className="font-mono text-xs">{metric.metric}</Cell>
              {keys.map((key) => (
                <Cell key={key} numeric>
                  {metric.values[key] === undefined ? '–' : valueText(metric, key, formatsOf(locale))}
                </Cell>
              ))}
            </tr>
          ))}
        </Table>
      )}
      {others.length > 0 && (
        <Table
          label={`${label}, ${t('common.value')}`}
          head={[{ label: t('k6.metric') }, { label: t('common.value') }]}
        >
          {others.map((metric) => (
            <tr key={metric.metric}>
              <Cell className="font-mono text-xs">{metric.metric}</Cell>
              <Cell className="tabular">{valuesText(metric, formatsOf(locale))}</Cell>
            </tr>
          ))}
        </Table>
      )}
    </div>
  );
}

function formatsOf(locale: Locale): ValueFormats {
  return {
    ms: (v) => formatMs(v, locale),
    bytes: (v) => formatBytes(v, locale),
    number: (v) => formatNumber(v, locale, Number.isInteger(v) ? 0 : 2),
    share: (v) => formatShare(v, locale),
  };
}
