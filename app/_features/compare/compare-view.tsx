'use client';

import { GitCompareArrows, RotateCw } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useState, type ReactNode } from 'react';
import { leastRuns, mostRuns, type Comparison } from '@/lib/comparing/comparison';
import { endedStates } from '@/lib/model/run';
import { type TimeRange } from '@/app/_ui/charts/model';
import { EmptyState } from '@/app/_ui/empty-state';
import { PageHeader } from '@/app/_ui/page-header';
import { PrintButton } from '@/app/_ui/print';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Button } from '@/app/_ui/primitives/button';
import { Skeleton } from '@/app/_ui/primitives/skeleton';
import { Segmented } from '@/app/_ui/primitives/tabs';
import { type CompareSource } from '@/app/_ui/data/compare-source';
import { useAsked } from '@/app/_ui/data/use-asked';
import { useWords } from '@/app/_ui/words/provider';
import { ShareButton } from '@/app/_ui/sharing/share-button';
import { AddRun } from './add-run';
import { addressOf, searchOf, type Alignment, type CompareAddress } from '@/app/_ui/compare-address';
import { EventsTable } from './events-table';
import { FiguresTable } from './figures-table';
import { RevisionsTable } from './revisions-table';
import { RunStrip } from './run-strip';
import { SettingsTable } from './settings-table';

// Charts need the browser: the server sends their place.
const CompareCharts = dynamic(() => import('./compare-charts').then((module) => module.CompareCharts), {
  ssr: false,
  loading: () => <Skeleton className="h-[900px] w-full rounded-xl" />,
});
const Distribution = dynamic(() => import('./distribution').then((module) => module.Distribution), {
  ssr: false,
  loading: () => <Skeleton className="h-80 w-full rounded-xl" />,
});

/** Runs side by side. What is chosen is kept in the address; `search` is the address's query at first. */
export function CompareView({
  source,
  search,
  title,
}: {
  source: CompareSource;
  search: string;
  title?: string;
}) {
  const t = useWords();
  const [address, setAddress] = useState(() => addressOf(new URLSearchParams(search)));
  const { runs, base, align } = address;
  const {
    data,
    problem,
    retry: reload,
  } = useAsked(
    // A single run is shown alone.
    async (signal) => (runs.length < leastRuns ? null : source.comparison(runs, base, signal)),
    `${runs.join(',')} ${base}`,
  );
  const comparison = problem ? null : data;
  const change = (part: Partial<CompareAddress>): void => {
    const next = { ...address, tooMany: false, ...part };
    setAddress(next);
    window.history.replaceState(null, '', `${window.location.pathname}${searchOf(next)}`);
  };
  const printable = (comparison?.runs.length ?? 0) >= leastRuns && <PrintButton />;
  const actions = source.readOnly ? (
    printable
  ) : (
    <>
      {printable}
      {runs.length >= leastRuns && <ShareButton kind="comparison" runs={runs} />}
      <AddRun chosen={runs} onAdd={(id) => change({ runs: [...runs, id] })} />
    </>
  );
  const shown = comparison?.runs.map(({ id }) => id) ?? [];
  const untimed = comparison?.runs.filter(({ hasNoTimes }) => hasNoTimes) ?? [];
  const live = comparison?.runs.some(({ state }) => !endedStates.includes(state)) ?? false;
  return (
    <>
      <PageHeader title={title ?? t('compare.title')} subtitle={t('compare.subtitle')} actions={actions} />
      <div className="space-y-4">
        {address.tooMany && <Note>{t('compare.tooMany', { most: mostRuns })}</Note>}
        {comparison && comparison.missing.length > 0 && (
          <Note
            action={
              source.readOnly ? null : (
                <Button size="sm" onClick={() => change({ runs: shown })}>
                  {t('compare.removeMissing')}
                </Button>
              )
            }
          >
            {t('compare.missing', { ids: comparison.missing.join(t('common.listSeparator')) })}
          </Note>
        )}
        {live && (
          <Note
            action={
              <Button size="sm" onClick={reload}>
                <RotateCw />
                {t('compare.refresh')}
              </Button>
            }
          >
            {t('compare.live')}
          </Note>
        )}
        {untimed.length > 0 && (
          <Note>
            {t('compare.noTimes', { names: untimed.map(({ name }) => name).join(t('common.listSeparator')) })}
          </Note>
        )}
        {problem && (
          <>
            <ProblemNotice problem={problem} />
            <div className="flex gap-2">
              <Button onClick={reload}>{t('common.retry')}</Button>
              {!source.readOnly && runs.length > 0 && (
                <Button onClick={() => change({ runs: [], base: null, range: null })}>
                  {t('compare.removeMissing')}
                </Button>
              )}
            </div>
          </>
        )}
        {comparison && comparison.runs.length > 0 && (
          <>
            {comparison.runs.length > 1 && (
              <div className="flex items-center justify-end gap-2.5 text-xs text-muted-foreground printing:hidden">
                {t('compare.align')}
                <Segmented<Alignment>
                  label={t('compare.align')}
                  value={align}
                  onChange={(value) => change({ align: value, range: null })}
                  options={[
                    { value: 'start', label: t('compare.alignStart') },
                    { value: 'first-request', label: t('compare.alignFirst') },
                  ]}
                />
              </div>
            )}
            <RunStrip comparison={comparison} readOnly={source.readOnly} onChange={change} />
          </>
        )}
        {runs.length < leastRuns || comparison?.runs.length === 1 ? (
          !problem && (
            <EmptyState
              icon={<GitCompareArrows />}
              title={t('compare.pick.title')}
              text={
                runs.length === 0
                  ? t('compare.pick.text')
                  : `${t('compare.pick.one')} ${t('compare.pick.text')}`
              }
            >
              {!source.readOnly && (
                <AddRun chosen={runs} onAdd={(id) => change({ runs: [...runs, id] })} primary />
              )}
            </EmptyState>
          )
        ) : comparison ? (
          <Body comparison={comparison} address={address} onRange={(range) => change({ range })} />
        ) : (
          !problem && (
            <>
              <Skeleton className="h-32 w-full rounded-xl" />
              <Skeleton className="h-[900px] w-full rounded-xl" />
            </>
          )
        )}
      </div>
    </>
  );
}

function Body({
  comparison,
  address,
  onRange,
}: {
  comparison: Comparison;
  address: CompareAddress;
  onRange: (range: TimeRange | null) => void;
}) {
  return (
    <>
      <CompareCharts comparison={comparison} align={address.align} range={address.range} onRange={onRange} />
      <FiguresTable comparison={comparison} />
      <Distribution comparison={comparison} />
      <RevisionsTable comparison={comparison} />
      <EventsTable comparison={comparison} />
      <SettingsTable comparison={comparison} />
    </>
  );
}

function Note({ action, children }: { action?: ReactNode; children: ReactNode }) {
  return (
    <div
      role="status"
      className="flex flex-wrap items-center justify-between gap-3 rounded-lg border border-warning/40 bg-warning-soft px-3.5 py-2 text-sm"
    >
      <p className="min-w-0 break-words">{children}</p>
      {action}
    </div>
  );
}
