'use client';

import { useState } from 'react';
import { heldBy, heldTogether } from '@/lib/timeline/activator-held';
import { askedOtherwise } from '@/lib/timeline/autoscaler-inputs';
import { livePods, podsAt } from '@/lib/timeline/pods';
import { type Decision } from '@/lib/model/recording';
import { seenAt } from '@/app/_ui/charts/averages-spec';
import { type ChartModel } from '@/app/_ui/charts/model';
import { shortRevision } from '@/lib/timeline/one-revision';
import { useStore, type Store } from '@/app/_ui/charts/store';
import { type ChartView } from '@/app/_ui/charts/view';
import { cn } from '@/app/_ui/cn';
import { Badge } from '@/app/_ui/primitives/badge';
import { Skeleton } from '@/app/_ui/primitives/skeleton';
import { formatNumber } from '@/lib/words/format';
import { type Locale } from '@/lib/words/locale';
import { type Words } from '@/lib/words/words';
import { useRunClock } from '@/app/_ui/charts/clock';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { explainDecision } from './decision-words';
import { AskedProblem } from '@/app/_ui/asked-problem';
import { Pager } from './pager';
import { type RunFeed } from './run-feed';
import { showPlace } from './show-place';
import { Cell, Table } from '@/app/_ui/table';
import { useAsked } from '@/app/_ui/data/use-asked';
import { useSay } from '@/app/_ui/words/use-say';

/** A page is drawn at once; an hour's ticks are 1,800. */
const pageSize = 50;

interface Row {
  /** Of several revisions, the numbers of the one that was calculated. */
  decision: Decision;
  /** Whether it asks for another number than the tick before. */
  changed: boolean;
  /** Pods that the cluster meant to keep at that moment. */
  observed: number;
  /** The decisions on the same pods that are valid, of which this may be one. */
  own: Decision[];
}

/** Each tick of the calculation: its inputs, both averages, what it wants and why, beside what the cluster had. */
export function DecisionsTab({
  feed,
  model: store,
  view,
}: {
  feed: RunFeed;
  model: Store<ChartModel>;
  view: ChartView;
}) {
  const t = useWords();
  const locale = useLocale();
  const run = useStore(feed.run);
  const range = useStore(view.range);
  const {
    correlation,
    podsByRevision,
    run: { service },
  } = useStore(store);
  const { data, problem, retry } = useAsked((signal) => feed.source.decisions(signal), run.state, {
    live: run.endedAtMs === null,
  });
  const [changes, setChanges] = useState(false);
  const [inView, setInView] = useState(false);
  const [page, setPage] = useState(0);

  if (problem && !data) return <AskedProblem problem={problem} retry={retry} />;
  if (!data) return <Skeleton className="h-64 w-full" />;
  if (data.length === 0) return <p className="text-muted-foreground">{t('decisions.none')}</p>;
  const isByRevision = data.some(({ part }) => part);
  const last = new Map<string | null, number>();
  const own = new Map<string | null, Decision[]>();
  const rows = data
    .map((whole): Row => {
      const decision = { ...whole, ...whole.part };
      const revision = whole.part?.revision ?? null;
      const changed = decision.replicas !== last.get(revision);
      last.set(revision, decision.replicas);
      const pods = revision === null ? correlation.pods : podsByRevision.get(revision);
      const all = own.get(revision) ?? [];
      own.set(revision, all);
      if (decision.valid) all.push(decision);
      return { decision, changed, observed: livePods(podsAt(pods?.steps ?? [], decision.atMs)), own: all };
    })
    .filter(
      ({ decision, changed }) =>
        (!changes || changed) &&
        (!inView || !range || (decision.atMs >= range.fromMs && decision.atMs <= range.toMs)),
    );
  const pages = Math.max(1, Math.ceil(rows.length / pageSize));
  const current = Math.min(page, pages - 1);
  const toggle = (set: (on: boolean) => void) => (on: boolean) => {
    set(on);
    setPage(0);
  };
  return (
    <div>
      <div className="mb-3 flex flex-wrap items-center gap-x-5 gap-y-2 text-sm text-muted-foreground">
        <Toggle label={t('decisions.onlyChanges')} checked={changes} onChange={toggle(setChanges)} />
        {range && (
          <Toggle label={t('review.decisions.inView')} checked={inView} onChange={toggle(setInView)} />
        )}
        <span className="tabular" role="status">
          {t('decisions.shown', {
            n: formatNumber(rows.length, locale),
            total: formatNumber(data.length, locale),
          })}
        </span>
        <Pager current={current} pages={pages} onPage={setPage} />
      </div>
      {rows.length === 0 ? (
        <p className="text-muted-foreground">{t('review.decisions.noneShown')}</p>
      ) : (
        <Table
          label={t('review.decisions.caption')}
          className="max-h-[36rem]"
          head={[
            { label: t('decisions.at'), numeric: true },
            ...(isByRevision ? [{ label: t('revisions.revision') }] : []),
            { label: t('decisions.ready'), numeric: true },
            { label: t('decisions.stable'), numeric: true },
            { label: t('decisions.panic'), numeric: true },
            { label: t('decisions.mode') },
            { label: t('decisions.desired'), numeric: true },
            { label: t('review.decisions.expected'), numeric: true },
            { label: t('review.decisions.observed'), numeric: true },
            { label: t('decisions.reason') },
          ]}
        >
          {rows.slice(current * pageSize, (current + 1) * pageSize).map((row) => (
            <DecisionRow
              key={row.decision.id}
              row={row}
              correlation={correlation}
              view={view}
              service={isByRevision ? service.name : null}
            />
          ))}
        </Table>
      )}
    </div>
  );
}

function Toggle({
  label,
  checked,
  onChange,
}: {
  label: string;
  checked: boolean;
  onChange: (on: boolean) => void;
}) {
  return (
    <label className="flex items-center gap-2">
      <input
        type="checkbox"
        checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        className="size-4 accent-primary"
      />
      {label}
    </label>
  );
}

function DecisionRow({
  row: { decision, changed, observed, own },
  correlation,
  view,
  service,
}: {
  row: Row;
  correlation: ChartModel['correlation'];
  view: ChartView;
  /** The service's name, where revisions are named; null: there is one. */
  service: string | null;
}) {
  const t = useWords();
  const clock = useRunClock();
  const locale = useLocale();
  const words = useSay()(explainDecision(decision));
  const theirs = clusterWords(decision, own, correlation, t, locale);
  const average = (value: number | null): string => formatNumber(value, locale, 2);
  return (
    <tr
      data-decision={decision.id}
      onMouseEnter={() => view.reading.set(decision.atMs)}
      onMouseLeave={() => view.reading.set(null)}
      className={cn('hover:bg-muted/60', changed && 'bg-muted/35')}
    >
      <Cell numeric>
        <button
          type="button"
          className="underline decoration-border-strong underline-offset-4"
          aria-label={t('review.decisions.show', { at: clock.tell(decision.atMs, true) })}
          onClick={() =>
            showPlace(
              view,
              { fromMs: decision.atMs, toMs: decision.atMs },
              changed ? `e${decision.id}` : null,
            )
          }
        >
          {clock.tell(decision.atMs, true)}
        </button>
      </Cell>
      {service !== null && (
        <Cell className="max-w-40 truncate font-mono text-xs" title={decision.part?.revision}>
          {decision.part ? shortRevision(decision.part.revision, service) : '–'}
        </Cell>
      )}
      <Cell numeric>{decision.readyPods}</Cell>
      <Cell numeric>{average(decision.stableAverage)}</Cell>
      <Cell numeric>{average(decision.panicAverage)}</Cell>
      <Cell>
        {decision.valid ? (
          decision.panicMode ? (
            <Badge tone="warning">{t('decisions.panicMode')}</Badge>
          ) : (
            <Badge>{t('decisions.stableMode')}</Badge>
          )
        ) : (
          <Badge tone="danger">{t('decisions.noData')}</Badge>
        )}
      </Cell>
      <Cell numeric>{decision.desiredPods}</Cell>
      <Cell numeric className={cn(changed && 'font-semibold')}>
        {decision.replicas}
      </Cell>
      <Cell
        numeric
        className={cn(
          observed < decision.replicas && 'font-semibold text-danger',
          observed > decision.replicas && 'text-warning',
        )}
      >
        {observed}
        {observed !== decision.replicas && (
          <span className="ml-1 text-xs">
            ({observed > decision.replicas ? '+' : '−'}
            {Math.abs(observed - decision.replicas)})
          </span>
        )}
      </Cell>
      <Cell className="min-w-96 py-1.5 leading-snug whitespace-normal" title={decision.boundBy}>
        {words}
        {theirs && (
          <span data-cluster-asked className="mt-0.5 block text-muted-foreground">
            {theirs}
          </span>
        )}
      </Cell>
    </tr>
  );
}

/** What the cluster asked for, saw and had at its activators where it did not ask for what this decision does; null elsewhere. */
function clusterWords(
  decision: Decision,
  own: readonly Decision[],
  { autoscaler, activator, decided, revisions }: ChartModel['correlation'],
  t: Words,
  locale: Locale,
): string | null {
  const revision = decision.part?.revision;
  const steps =
    revision === undefined ? decided : revisions.find((one) => one.revision === revision)?.decided;
  const index = own.indexOf(decision);
  const pods = steps && index >= 0 ? askedOtherwise(own, index, steps) : null;
  if (pods === null) return null;
  const isOwn = (one: { revision: string }): boolean => revision === undefined || one.revision === revision;
  const seen = seenAt(autoscaler.filter(isOwn).at(-1), decision.atMs);
  const held = heldBy(heldTogether(activator.filter(isOwn)), decision.atMs);
  const number = (value: number): string => formatNumber(value, locale, Number.isInteger(value) ? 0 : 2);
  return [
    t('decisions.clusterAsked', { pods }),
    ...(seen && seen.stable !== null && seen.panic !== null
      ? [t('decisions.clusterSaw', { stable: number(seen.stable), panic: number(seen.panic) })]
      : []),
    ...(held === null ? [] : [t('decisions.clusterActivator', { inFlight: number(held) })]),
  ].join(t('common.listSeparator'));
}
