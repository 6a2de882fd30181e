'use client';

import { useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { hasNoTimes } from '@/lib/model/import-facts';
import { unitOf } from '@/lib/model/protocol';
import { unitOfMetric } from '@/lib/timeline/protocols';
import { type Distribution } from '@/lib/timeline/distribution';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { type ChartModel } from '@/app/_ui/charts/model';
import { useStore, type Store } from '@/app/_ui/charts/store';
import { type ChartView } from '@/app/_ui/charts/view';
import { cn } from '@/app/_ui/cn';
import { Select } from '@/app/_ui/primitives/field';
import { Skeleton } from '@/app/_ui/primitives/skeleton';
import { Segmented } from '@/app/_ui/primitives/tabs';
import { nameIn, type Words } from '@/lib/words/words';
import { formatNumber } from '@/lib/words/format';
import { useRunClock } from '@/app/_ui/charts/clock';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { rememberInAddress } from '@/app/_features/run/address';
import { AskedProblem } from '@/app/_ui/asked-problem';
import { type RunFeed } from '@/app/_features/run/run-feed';
import { useAsked } from '@/app/_ui/data/use-asked';
import { BarsChart, CurveChart } from './distribution-charts';
import { HeyView } from './hey-view';
import { PercentileTable } from './percentile-table';

/** An ended run's distribution is read so long after the page was, seen or not. */
const endedAfterMs = 1500;

const forms = ['bars', 'curve', 'text'] as const;
type Form = (typeof forms)[number];

/** The tags that are offered first, and though they have one value only. */
const firstTags = ['status', 'scenario', 'pod', 'checks', 'check', 'group'];

/** One part of the distribution: everything, or the requests with one value of the tag. */
export interface Part {
  name: string;
  histogram: ExponentialHistogram;
}

/** How the requests' times in the range in view are distributed: as bars, as a curve to p99.99, or as hey's text. */
export function DistributionPanel({
  feed,
  model: store,
  view,
  search,
}: {
  feed: RunFeed;
  model: Store<ChartModel>;
  view: ChartView;
  search: string;
}) {
  const t = useWords();
  const clock = useRunClock();
  const locale = useLocale();
  const range = useStore(view.range);
  const run = useStore(feed.run);
  const [form, setForm] = useState<Form>(
    () => forms.find((one) => one === new URLSearchParams(search).get('as')) ?? 'bars',
  );
  const [split, setSplit] = useState(() => new URLSearchParams(search).get('split') ?? '');
  /** Empty: what users waited for. */
  const [metric, setMetric] = useState(() => new URLSearchParams(search).get('times') ?? '');
  const box = useRef<HTMLElement>(null);
  const wanted = useSeen(box, run.endedAtMs !== null);
  const query = useMemo(
    () => ({
      fromMs: range?.fromMs ?? 0,
      ...(range ? { toMs: range.toMs } : {}),
      ...(metric ? { metric } : {}),
      ...(split ? { split } : {}),
    }),
    [range, metric, split],
  );
  const { data, problem, loading, retry } = useAsked(
    (signal) => feed.source.range(query, signal),
    JSON.stringify(query),
    { wanted, live: run.endedAtMs === null },
  );

  const of = data ? unitOfMetric(data.metric) : unitOf(run.protocols);
  const choose = (next: { as?: Form; split?: string; times?: string }): void => {
    if (next.as) setForm(next.as);
    if (next.times !== undefined) setMetric(next.times);
    if (next.split !== undefined) setSplit(next.split);
    rememberInAddress(next);
  };
  return (
    <section
      ref={box}
      id="distribution"
      aria-label={t('review.distribution.title', { unit: of })}
      data-distribution
      className="panel mt-4 scroll-mt-16"
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b px-4 py-2.5">
        <h2 className="text-sm font-semibold">{t('review.distribution.title', { unit: of })}</h2>
        <span className="tabular text-xs text-muted-foreground" data-distribution-range>
          {range
            ? `${clock.tell(range.fromMs, true)} – ${clock.tell(range.toMs, true)}`
            : t('review.distribution.wholeRun')}
          {data && (
            <>
              {' '}
              · {t('review.distribution.requests', { unit: of, n: formatNumber(data.total.count, locale) })}
            </>
          )}
        </span>
        <div className="ml-auto flex flex-wrap items-center gap-2">
          <TimesSelect data={data} onChange={(times) => choose({ times })} />
          <SplitSelect data={data} value={split} onChange={(value) => choose({ split: value })} />
          <Segmented<Form>
            label={t('review.distribution.as')}
            value={form}
            onChange={(as) => choose({ as })}
            options={forms.map((value) => ({ value, label: t(`review.distribution.forms.${value}`) }))}
          />
        </div>
      </div>
      <div className="p-4 sm:p-5">
        {problem && <AskedProblem problem={problem} retry={retry} className="mb-4" />}
        {data === null ? (
          !problem && (wanted ? <Skeleton className="h-72 w-full" /> : <div className="h-72" />)
        ) : (
          <Shown
            data={data}
            form={form}
            split={split}
            store={store}
            loading={loading}
            isWhole={range === null}
            summary={run.summary?.metrics.find(({ metric }) => metric === data.metric)?.values}
          />
        )}
      </div>
    </section>
  );
}

function Shown({
  data,
  form,
  split,
  store,
  loading,
  isWhole,
  summary,
}: {
  data: Distribution;
  form: Form;
  split: string;
  store: Store<ChartModel>;
  loading: boolean;
  isWhole: boolean;
  summary: Readonly<Record<string, number>> | undefined;
}) {
  const t = useWords();

  const parts = useMemo(() => partsOf(data, split, t), [data, split, t]);
  const of = unitOfMetric(data.metric);
  const lacks = split !== '' && !loading && data.split === null;
  return (
    <div className={cn('transition-opacity', loading && 'opacity-60')} aria-busy={loading}>
      {lacks && (
        <p data-no-tag className="mb-4 rounded-lg border bg-muted/60 px-3.5 py-2 text-sm">
          {split === 'pod' ? t('review.distribution.noPod') : t('review.distribution.noTag', { tag: split })}
        </p>
      )}
      {data.split && data.split.metric !== data.metric && (
        <p className="mb-3 text-xs text-muted-foreground">
          {t('review.distribution.fromMetric', { metric: data.split.metric })}
        </p>
      )}
      {data.total.count === 0 ? (
        <p className="text-muted-foreground">{t('review.distribution.empty', { unit: of })}</p>
      ) : form === 'text' ? (
        <HeyView data={data} parts={parts} store={store} />
      ) : (
        <div className="grid grid-cols-1 gap-5">
          {data.total.cells.length === 0 ? (
            <p className="text-muted-foreground">{t('review.distribution.allZero')}</p>
          ) : form === 'bars' ? (
            <BarsChart parts={parts} of={of} />
          ) : (
            <CurveChart parts={parts} of={of} />
          )}
          <PercentileTable parts={parts} of={of} isWhole={isWhole && split === ''} summary={summary} />
          <p className="text-xs text-muted-foreground">
            {hasNoTimes(store.get().run.options)
              ? t('review.distribution.buckets')
              : t('review.distribution.exact')}
          </p>
        </div>
      )}
    </div>
  );
}

/** Which times: offered where a run has more than one kind, such as of HTTP and gRPC, or a script's own. */
function TimesSelect({ data, onChange }: { data: Distribution | null; onChange: (value: string) => void }) {
  const t = useWords();
  if (!data || new Set([data.metric, ...data.metrics]).size < 2) return null;
  return (
    <label className="flex items-center gap-2 text-xs text-muted-foreground">
      {t('review.distribution.times')}
      <span className="w-44">
        <Select
          value={data.metric}
          onChange={(event) => onChange(event.target.value)}
          className="h-7 text-xs"
        >
          {[...new Set([data.metric, ...data.metrics])].map((metric) => (
            <option key={metric} value={metric}>
              {nameIn(t, 'review.distribution.timesOf', metric)}
            </option>
          ))}
        </Select>
      </span>
    </label>
  );
}

function SplitSelect({
  data,
  value,
  onChange,
}: {
  data: Distribution | null;
  value: string;
  onChange: (value: string) => void;
}) {
  const t = useWords();

  const known = data?.tags ?? [];
  const offered = [
    ...firstTags.filter((tag) => known.some((one) => one.tag === tag)),
    ...known.filter(({ tag, values }) => !firstTags.includes(tag) && values > 1).map(({ tag }) => tag),
  ];
  // Pods are what it is about: without the tag the page says what to do.
  const options = [...new Set([...offered, 'pod', ...(value ? [value] : [])])];
  return (
    <label
      className={cn(
        'flex items-center gap-2 text-xs text-muted-foreground',
        value === '' && 'printing:hidden',
      )}
    >
      {t('review.distribution.splitBy')}
      <span className="w-36">
        <Select value={value} onChange={(event) => onChange(event.target.value)} className="h-7 text-xs">
          <option value="">{t('review.distribution.noSplit')}</option>
          {options.map((tag) => (
            <option key={tag} value={tag}>
              {tagName(tag, t)}
            </option>
          ))}
        </Select>
      </span>
    </label>
  );
}

function tagName(tag: string, t: Words): string {
  return nameIn(t, 'review.distribution.tags', tag);
}

function partsOf(data: Distribution, split: string, t: Words): Part[] {
  if (!data.split || split === '')
    return [
      { name: t('review.distribution.all', { unit: unitOfMetric(data.metric) }), histogram: data.total },
    ];
  const { tag, parts, others } = data.split;

  const nameOf = (value: string): string =>
    value === ''
      ? t('review.distribution.none')
      : tag === 'checks'
        ? nameIn(t, 'review.distribution.checks', value)
        : tag === 'group'
          ? value.replace(/^::/, '').replaceAll('::', ' › ')
          : value;
  const shorten =
    tag === 'pod' ? withoutCommonStart(parts.map(({ value }) => value)) : (value: string) => value;
  return [
    ...parts.map(({ value, histogram }) => ({ name: shorten(nameOf(value)), histogram })),
    ...(others ? [{ name: t('review.distribution.others'), histogram: others }] : []),
  ];
}

/** Pods of one revision begin alike: what differs tells them apart. */
function withoutCommonStart(names: readonly string[]): (name: string) => string {
  const [first = '', ...others] = names.filter((name) => name !== '');
  let same = first.lastIndexOf('-') + 1;
  while (same > 0 && !others.every((name) => name.startsWith(first.slice(0, same))))
    same = first.lastIndexOf('-', same - 2) + 1;
  return (name) => (same > 0 && others.length > 0 && name.length > same ? `…${name.slice(same)}` : name);
}

/** True from when an element has been near the window: what lies far below is not asked for. */
function useSeen(box: RefObject<HTMLElement | null>, isEnded: boolean): boolean {
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    if (!box.current || seen) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && setSeen(true),
      { rootMargin: '300px' },
    );
    observer.observe(box.current);
    // On paper and in a picture of the whole page it is seen without having been scrolled to.
    const timer = isEnded ? setTimeout(() => setSeen(true), endedAfterMs) : undefined;
    return () => {
      observer.disconnect();
      clearTimeout(timer);
    };
  }, [box, seen, isEnded]);
  return seen;
}
