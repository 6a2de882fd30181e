'use client';

import { useState, type ReactNode } from 'react';
import { isBuiltIn, type K6Metrics } from '@/lib/timeline/k6-metrics';
import { type ChartModel } from '@/app/_ui/charts/model';
import { useStore, type Store } from '@/app/_ui/charts/store';
import { type ChartView } from '@/app/_ui/charts/view';
import { Skeleton } from '@/app/_ui/primitives/skeleton';
import { formatMs, formatNumber } from '@/lib/words/format';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { unitOf } from '@/lib/model/protocol';
import { MetricChart } from './metric-chart';
import { AskedProblem } from '@/app/_ui/asked-problem';
import { RequestKinds } from './k6-requests';
import { type RunFeed } from './run-feed';
import { Cell, Table } from '@/app/_ui/table';
import { useAsked } from '@/app/_ui/data/use-asked';

/** Every metric over time as a small chart, then groups and tags, asked of the run's source when it is opened. */
export function K6OverTime({
  feed,
  model: store,
  view,
  groups,
  part: Part,
}: {
  feed: RunFeed;
  model: Store<ChartModel>;
  view: ChartView;
  groups: readonly { name: string; path: string }[];
  part: (props: { title: string; children: ReactNode }) => ReactNode;
}) {
  const t = useWords();
  const run = useStore(feed.run);
  const { data, problem, retry } = useAsked((signal) => feed.source.metrics(signal), run.state, {
    live: run.endedAtMs === null,
  });
  if (problem && !data) return <AskedProblem problem={problem} retry={retry} />;
  if (!data) return <Skeleton className="h-40 w-full" />;
  return (
    <>
      {data.requests && (
        <RequestKinds requests={data.requests} unit={unitOf(run.protocols)} view={view} part={Part} />
      )}
      <Part title={t('k6.usersAndTransfer')}>
        <UsersAndTransfer data={data} store={store} view={view} />
      </Part>
      <Part title={t('review.metrics.title')}>
        <Charts data={data} store={store} view={view} />
      </Part>
      <Part title={t('k6.groups')}>
        <Groups data={data} groups={groups} />
      </Part>
      <Part title={t('review.metrics.tags')}>
        <Tags data={data} />
      </Part>
    </>
  );
}

/** What k6 drove and what it moved. */
const always = ['vus', 'data_received', 'data_sent'];

function UsersAndTransfer({
  data,
  store,
  view,
}: {
  data: K6Metrics;
  store: Store<ChartModel>;
  view: ChartView;
}) {
  const t = useWords();
  const { endMs } = useStore(store);
  const shown = always.flatMap((name) => data.metrics.filter(({ metric }) => metric === name));
  if (shown.length === 0) return <p className="text-muted-foreground">{t('review.metrics.empty')}</p>;
  return (
    <div className="grid grid-cols-1 gap-3 sm:grid-cols-2 lg:grid-cols-3">
      {shown.map((metric) => (
        <MetricChart key={metric.metric} metric={metric} endMs={endMs} view={view} />
      ))}
    </div>
  );
}

function Charts({ data, store, view }: { data: K6Metrics; store: Store<ChartModel>; view: ChartView }) {
  const t = useWords();
  const { endMs } = useStore(store);
  const own = data.metrics.filter(({ metric }) => !isBuiltIn(metric));
  const [all, setAll] = useState(false);
  const shown = all ? data.metrics.filter(({ metric }) => !always.includes(metric)) : own;
  const others = data.metrics.filter(({ metric }) => isBuiltIn(metric) && !always.includes(metric)).length;
  return (
    <div>
      {shown.length === 0 && <p className="mb-3 text-muted-foreground">{t('k6.noCustom')}</p>}
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-2 lg:grid-cols-3 xl:grid-cols-4">
        {shown.map((metric) => (
          <MetricChart key={metric.metric} metric={metric} endMs={endMs} view={view} />
        ))}
      </div>
      {others > 0 && (
        <label className="mt-3 flex w-fit items-center gap-2 text-sm text-muted-foreground">
          <input
            type="checkbox"
            checked={all}
            onChange={(event) => setAll(event.target.checked)}
            className="size-4 accent-primary"
          />
          {t('review.metrics.withBuiltIn', { n: others })}
        </label>
      )}
    </div>
  );
}

/** A group's path as words: `::checkout::pay` is checkout › pay. */
const pathWords = (path: string): string => path.replace(/^::/, '').replaceAll('::', ' › ');

function Groups({ data, groups }: { data: K6Metrics; groups: readonly { name: string; path: string }[] }) {
  const t = useWords();
  const locale = useLocale();
  const known = new Map(data.groups.map((group) => [group.path, group]));
  const paths = [...new Set([...groups.map(({ path }) => path), ...known.keys()])];
  if (paths.length === 0) return <p className="text-muted-foreground">{t('k6.noGroups')}</p>;
  return (
    <Table
      label={t('k6.groups')}
      head={[
        { label: t('k6.groups') },
        { label: t('review.metrics.times'), numeric: true },
        { label: 'p50', numeric: true },
        { label: 'p95', numeric: true },
      ]}
    >
      {paths.map((path) => {
        const group = known.get(path);
        return (
          <tr key={path} data-group={path}>
            <Cell>{pathWords(path)}</Cell>
            <Cell numeric>{formatNumber(group?.count, locale)}</Cell>
            <Cell numeric>{formatMs(group ? group.p50 * 1000 : null, locale)}</Cell>
            <Cell numeric>{formatMs(group ? group.p95 * 1000 : null, locale)}</Cell>
          </tr>
        );
      })}
    </Table>
  );
}

function Tags({ data }: { data: K6Metrics }) {
  const t = useWords();
  if (data.tags.length === 0) return <p className="text-muted-foreground">{t('review.metrics.noTags')}</p>;
  return (
    <dl className="divide-y rounded-lg border text-[13px]">
      {data.tags.map(({ tag, values, more }) => (
        <div
          key={tag}
          data-tag={tag}
          className="grid grid-cols-1 gap-x-4 gap-y-1 px-3 py-2 sm:grid-cols-[10rem_minmax(0,1fr)]"
        >
          <dt className="font-mono text-xs text-muted-foreground">{tag}</dt>
          <dd className="flex flex-wrap gap-x-2 gap-y-1 font-mono text-xs">
            {values.map((value) => (
              <span key={value} className="rounded bg-muted px-1.5 py-0.5 break-all">
                {value}
              </span>
            ))}
            {more > 0 && (
              <span className="text-muted-foreground">{t('review.metrics.moreValues', { n: more })}</span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
