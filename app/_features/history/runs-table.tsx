'use client';

import { ArrowDown, ArrowUp, Pin, TrendingDown } from 'lucide-react';
import { type ReactNode } from 'react';
import { unitOf } from '@/lib/model/protocol';
import { failedShareOf, reasonOf, type RunListItem } from '@/lib/model/run';
import { type RegressionVerdict } from '@/lib/model/trend';
import { type VerdictShown } from '@/lib/model/verdict';
import { api } from '@/app/_ui/data/api';
import { useAsked } from '@/app/_ui/data/use-asked';
import { standingKind, useStandingWords } from '@/app/_ui/baseline/standing-badge';
import { cn } from '@/app/_ui/cn';
import { Link } from '@/app/_ui/link';
import { PodsSparkline } from '@/app/_ui/sparkline';
import { RunBadge } from '@/app/_ui/verdict/run-badge';
import { useVerdicts } from '@/app/_ui/verdict/use-verdicts';
import { Cell, Table, type TableHead } from '@/app/_ui/table';
import { Time } from '@/app/_ui/time';
import { type Words } from '@/lib/words/words';
import {
  formatWorstIncident,
  formatLength,
  formatMs,
  formatNumber,
  formatRate,
  formatShare,
} from '@/lib/words/format';
import { type Locale } from '@/lib/words/locale';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { runsHref } from './runs-href';
import { type RunsQuery, type RunsSort } from './runs-query';
import { SelectPage, SelectRun } from './selection';

interface Column {
  key: string;
  label: string;
  sort?: RunsSort;
  numeric?: boolean;
  className?: string;
  cell: (run: RunListItem) => ReactNode;
}

/** Of more tags than these, a row says how many there are. */
const shownTags = 1;

function columnsOf(
  query: RunsQuery,
  regressions: Record<string, RegressionVerdict>,
  verdicts: Record<string, VerdictShown>,
  t: Words,
  locale: Locale,
): Column[] {
  return [
    {
      key: 'state',
      label: t('columns.state'),
      sort: 'state',
      cell: (run) => <RunBadge state={run.state} verdict={verdicts[run.id]} reason={reasonOf(run)} />,
    },
    {
      key: 'run',
      label: t('columns.run'),
      sort: 'name',
      // It has what the others leave, so that the last one is never cut off; a longer name is.
      className: 'w-full max-w-0 min-w-44',
      cell: (run) => (
        <span className="flex items-center gap-1.5">
          {run.pinned && (
            <Pin aria-label={t('runs.pinned')} className="size-3.5 shrink-0 text-muted-foreground" />
          )}
          <Link
            href={`/runs/${run.id}`}
            title={run.name}
            className="truncate font-medium after:absolute after:inset-0"
          >
            {run.name}
          </Link>
          <RegressionMark standing={regressions[run.id]} />
          {run.tags.slice(0, shownTags).map((tag) => (
            <Link
              key={tag}
              href={runsHref(query, { tag })}
              scroll={false}
              title={t('history.filterByTag', { tag })}
              className="relative z-10 max-w-20 shrink-0 truncate rounded bg-muted px-1.5 text-xs text-muted-foreground hover:text-foreground"
            >
              {tag}
            </Link>
          ))}
          {run.tags.length > shownTags && (
            <span
              title={run.tags.slice(shownTags).join(t('common.listSeparator'))}
              className="relative z-10 shrink-0 text-xs text-muted-foreground"
            >
              +{run.tags.length - shownTags}
            </span>
          )}
        </span>
      ),
    },
    {
      key: 'service',
      label: t('columns.service'),
      sort: 'serviceName',
      className: 'max-w-40',
      cell: (run) => (
        <span title={`${run.namespace}/${run.serviceName}`} className="block truncate">
          {run.serviceName}
        </span>
      ),
    },
    {
      key: 'script',
      label: t('columns.script'),
      sort: 'scriptName',
      className: 'max-w-40',
      cell: (run) => (
        <span title={run.scriptName} className="block truncate text-muted-foreground">
          {run.scriptName}
        </span>
      ),
    },
    {
      key: 'started',
      label: t('columns.started'),
      sort: 'createdAtMs',
      cell: (run) => <Time unixMs={run.originMs ?? run.createdAtMs} ago className="text-muted-foreground" />,
    },
    {
      key: 'length',
      label: t('columns.length'),
      sort: 'lengthMs',
      numeric: true,
      cell: (run) =>
        formatLength(
          run.loadStartMs !== null && run.loadEndMs !== null ? run.loadEndMs - run.loadStartMs : null,
          t,
        ),
    },
    {
      key: 'requests',
      label: t('columns.requests'),
      sort: 'requests',
      numeric: true,
      cell: (run) => {
        const unit = unitOf(run.protocols);
        return unit === 'http' || run.figures.requests === null ? (
          formatNumber(run.figures.requests, locale)
        ) : (
          <>
            {formatNumber(run.figures.requests, locale)}{' '}
            <span className="text-xs text-muted-foreground">{t('columns.unit', { unit })}</span>
          </>
        );
      },
    },
    {
      key: 'rate',
      label: `${t('columns.rate')} ${t('columns.perSecond')}`,
      sort: 'requestsPerSecond',
      numeric: true,
      cell: (run) => formatRate(run.figures.requestsPerSecond, locale),
    },
    {
      key: 'failures',
      label: t('columns.failures'),
      sort: 'failures',
      numeric: true,
      cell: (run) => {
        const { failures } = run.figures;
        const share = failedShareOf(run.figures);
        return (
          <span
            title={formatNumber(failures, locale)}
            className={cn((failures ?? 0) > 0 && 'font-medium text-danger')}
          >
            {share === null ? formatNumber(failures, locale) : formatShare(share, locale)}
          </span>
        );
      },
    },
    {
      key: 'p95',
      label: t('columns.p95'),
      sort: 'p95Ms',
      numeric: true,
      cell: (run) => formatMs(run.figures.p95Ms, locale),
    },
    {
      key: 'p99',
      label: t('columns.p99'),
      sort: 'p99Ms',
      numeric: true,
      cell: (run) => formatMs(run.figures.p99Ms, locale),
    },
    {
      key: 'peak',
      label: t('columns.peakPods'),
      sort: 'peakReadyPods',
      numeric: true,
      cell: (run) => formatNumber(run.figures.peakReadyPods, locale),
    },
    {
      key: 'incident',
      label: t('columns.worstIncident'),
      sort: 'worstIncidentMs',
      numeric: true,
      cell: (run) => formatWorstIncident(run.figures, locale),
    },
    {
      key: 'spark',
      label: t('columns.readyPods'),
      cell: (run) => (
        <PodsSparkline
          values={run.podsSpark}
          label={`${t('columns.readyPods')}, ${t('columns.peakPods')} ${formatNumber(run.figures.peakReadyPods, locale)}`}
        />
      ),
    },
  ];
}

/** The runs as a table on wide screens and as cards on narrow ones; a whole row leads to its run. */
export function RunsTable({ runs, query }: { runs: RunListItem[]; query: RunsQuery }) {
  const t = useWords();
  const locale = useLocale();
  // Those under way are told nothing: their ids stay out, so that their end asks anew.
  const ids = runs.flatMap(({ id, endedAtMs }) => (endedAtMs === null ? [] : [id])).join(',');
  // They come after the list itself, which is right without them, too.
  const { data } = useAsked((signal) => api('GET /api/runs/regressions', { query: { ids }, signal }), ids, {
    wanted: ids !== '',
  });
  const regressions = data?.regressions ?? {};
  const verdicts = useVerdicts(runs.map((run) => ({ ...run, ended: run.endedAtMs !== null })));
  const columns = columnsOf(query, regressions, verdicts, t, locale);
  return (
    <>
      <Table
        label={t('runs.title')}
        className="panel hidden lg:block"
        head={[
          {
            key: 'select',
            label: <SelectPage ids={runs.map(({ id }) => id)} />,
            className: 'w-9 pr-0 pl-2',
          },
          ...columns.map((column) => headOf(column, query, t)),
        ]}
      >
        {runs.map((run) => (
          <tr
            key={run.id}
            className="relative border-b transition-colors last:border-0 hover:bg-muted/60 has-checked:bg-info-soft/60"
          >
            <Cell className="h-11 w-9 pr-0 pl-2">
              <SelectRun id={run.id} name={run.name} />
            </Cell>
            {columns.map((column) => (
              <Cell
                key={column.key}
                numeric={column.numeric === true}
                className={cn('h-11 px-2.5 last:pr-4', column.className)}
              >
                {column.cell(run)}
              </Cell>
            ))}
          </tr>
        ))}
      </Table>
      <ul className="space-y-3 lg:hidden">
        {runs.map((run) => (
          <RunCard
            key={run.id}
            run={run}
            verdict={verdicts[run.id]}
            regression={regressions[run.id]}
            t={t}
            locale={locale}
          />
        ))}
      </ul>
    </>
  );
}

function headOf({ key, label, sort, numeric = false }: Column, query: RunsQuery, t: Words): TableHead {
  const active = sort !== undefined && query.sort === sort;
  const order = active && query.order === 'desc' ? 'asc' : 'desc';
  const Arrow = query.order === 'asc' ? ArrowUp : ArrowDown;
  return {
    key,
    numeric,
    className: 'h-10 px-2.5 last:pr-4',
    sorted: active ? (query.order === 'asc' ? 'ascending' : 'descending') : undefined,
    label: sort ? (
      <Link
        href={runsHref(query, { sort, order })}
        scroll={false}
        title={t('columns.sortBy', { column: label })}
        className={cn(
          'inline-flex items-center gap-1 rounded hover:text-foreground',
          active && 'text-foreground',
        )}
      >
        {label}
        {active && <Arrow aria-hidden className="size-3" />}
      </Link>
    ) : (
      label
    ),
  };
}

/** Tells that a run is worse than the baseline of its script and service. */
function RegressionMark({ standing }: { standing: RegressionVerdict | undefined }) {
  const wordsOf = useStandingWords();
  if (!standing || standingKind(standing) !== 'worse') return null;
  const words = wordsOf(standing);
  return (
    <span
      role="img"
      aria-label={words}
      title={words}
      data-regression="worse"
      className="relative z-10 shrink-0 text-danger"
    >
      <TrendingDown aria-hidden className="size-3.5" />
    </span>
  );
}

function RunCard({
  run,
  verdict,
  regression,
  t,
  locale,
}: {
  run: RunListItem;
  verdict: VerdictShown | undefined;
  regression: RegressionVerdict | undefined;
  t: Words;
  locale: Locale;
}) {
  const { figures } = run;
  const pairs: [string, string][] = [
    [t('columns.requests'), formatNumber(figures.requests, locale)],
    [`${t('columns.rate')} ${t('columns.perSecond')}`, formatRate(figures.requestsPerSecond, locale)],
    [t('columns.failures'), formatShare(failedShareOf(figures), locale)],
    [t('columns.p95'), formatMs(figures.p95Ms, locale)],
    [t('columns.p99'), formatMs(figures.p99Ms, locale)],
    [t('columns.worstIncident'), formatWorstIncident(figures, locale)],
  ];
  return (
    <li className="panel relative p-4 has-checked:border-primary">
      <div className="flex items-start justify-between gap-3">
        <span className="-mt-1.5 -ml-2">
          <SelectRun id={run.id} name={run.name} />
        </span>
        <div className="min-w-0 flex-1">
          <span className="flex items-center gap-1.5">
            <Link
              href={`/runs/${run.id}`}
              title={run.name}
              className="truncate font-medium after:absolute after:inset-0 after:rounded-xl"
            >
              {run.name}
            </Link>
            <RegressionMark standing={regression} />
          </span>
          <p className="mt-0.5 truncate text-xs text-muted-foreground">
            {run.serviceName} · {run.scriptName} · <Time unixMs={run.originMs ?? run.createdAtMs} ago />
          </p>
        </div>
        <RunBadge state={run.state} verdict={verdict} reason={reasonOf(run)} />
      </div>
      <dl className="mt-3 grid grid-cols-3 gap-x-4 gap-y-2.5">
        {pairs.map(([label, value]) => (
          <div key={label}>
            <dt className="truncate text-xs text-muted-foreground">{label}</dt>
            <dd className="tabular font-medium">{value}</dd>
          </div>
        ))}
      </dl>
      {run.podsSpark.length > 0 && (
        <div className="mt-3 flex items-center justify-between border-t pt-3 text-xs text-muted-foreground">
          <span>
            {t('columns.readyPods')} ·{' '}
            {t('run.figures.peak', { n: formatNumber(figures.peakReadyPods, locale) })}
          </span>
          <PodsSparkline values={run.podsSpark} label={t('columns.readyPods')} width={140} />
        </div>
      )}
    </li>
  );
}
