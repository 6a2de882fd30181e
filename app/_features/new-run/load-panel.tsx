'use client';

import { LoaderCircle, TriangleAlert } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useMemo, useState, type ReactNode } from 'react';
import { api } from '@/app/_ui/data/api';
import { useAsked } from '@/app/_ui/data/use-asked';
import { cn } from '@/app/_ui/cn';
import { describedBy, Field, Input } from '@/app/_ui/primitives/field';
import { Skeleton } from '@/app/_ui/primitives/skeleton';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { useLocale, useWords } from '@/app/_ui/words/provider';
import { useSay } from '@/app/_ui/words/use-say';
import { type ApiProblem } from '@/lib/api/api-problem';
import { assumptionsOf, type Service } from '@/lib/model/run';
import { type PlannedLoad, plannedLoad } from '@/lib/timeline/planned-load';
import {
  mostTogether,
  plannedPods,
  type PlannedPods,
  shortOfUsers,
  type UntoldPods,
} from '@/lib/timeline/planned-pods';
import { formatClock, formatMs, formatNumber, formatRate } from '@/lib/words/format';
import { useUsualDuration } from './use-usual-duration';

const PlannedCharts = dynamic(() => import('./planned-charts').then((module) => module.PlannedCharts), {
  ssr: false,
  loading: () => <Skeleton className="h-72 w-full" />,
});

/**
 * The load that the script will make, and the pods that it needs. What was drawn last stays while k6 reads the script
 * anew, or refuses it.
 */
export function LoadPanel({
  service,
  options,
  problem,
  loading,
  refused,
}: {
  service: Service | undefined;
  /** As k6 made them last; null: not yet. */
  options: Readonly<Record<string, unknown>> | null;
  problem: ApiProblem | null;
  loading: boolean;
  /** Where it is told why. */
  refused: 'script' | 'variable' | null;
}) {
  const t = useWords();
  const say = useSay();
  const [typed, setTyped] = useState('');
  const usual = useUsualDuration(service);
  const autoscaling = useAsked(
    (signal) => api('GET /api/services/{id}/autoscaling', { params: { id: service?.id ?? '' }, signal }),
    service?.id ?? '',
    { wanted: service !== undefined },
  );
  const own = Number(typed.trim());
  const isWrong = typed.trim() !== '' && !(own > 0 && own <= mostMs);
  const requestMs = typed.trim() === '' || isWrong ? (usual?.ms ?? null) : own;
  const config = autoscaling.data?.config ?? null;
  const load = useMemo(() => options && plannedLoad(options, requestMs), [options, requestMs]);
  const pods = useMemo(
    () => load && config && plannedPods(load, config, requestMs),
    [load, config, requestMs],
  );
  const isStale = problem !== null;

  return (
    <section className="panel min-w-0 space-y-4 p-4 sm:p-6" aria-labelledby="load-title" data-planned-load>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 id="load-title" className="text-sm font-semibold">
          {t('newRun.load.title')}
        </h2>
        {loading && (
          <span className="flex items-center gap-1.5 text-xs text-muted-foreground">
            <LoaderCircle aria-hidden className="size-3.5 animate-spin" />
            {t('newRun.load.reading')}
          </span>
        )}
      </div>
      {problem && refused && (
        <p role="status" className="text-sm text-muted-foreground">
          {refused === 'script'
            ? load
              ? t('newRun.load.refusedBefore')
              : t('newRun.load.refused')
            : load
              ? t('newRun.load.variableBefore')
              : t('newRun.load.variable')}
        </p>
      )}
      {problem && !refused && <ProblemNotice problem={problem} />}
      {!options && !problem && <Skeleton className="h-72 w-full" />}
      {options && !load && <p className="text-sm text-muted-foreground">{t('newRun.load.unknown')}</p>}
      {load && (
        <div className={cn('space-y-4', isStale && 'opacity-45')} aria-busy={loading}>
          <Facts load={load} pods={pods} requestMs={requestMs} />
          <PlannedCharts load={load} pods={typeof pods === 'string' ? null : pods} />
        </div>
      )}
      {load && (
        <div className="grid grid-cols-1 gap-x-6 gap-y-4 border-t pt-4 sm:grid-cols-[14rem_minmax(0,1fr)]">
          <Field
            id="request-duration"
            label={t('newRun.load.duration')}
            hint={service && usual !== undefined ? <UsualHint usual={usual} /> : undefined}
            error={isWrong ? t('newRun.load.durationWrong') : undefined}
          >
            <Input
              inputMode="decimal"
              className="tabular"
              value={typed}
              placeholder={usual ? `${Number(usual.ms.toPrecision(3))}` : ''}
              onChange={(event) => setTyped(event.target.value)}
              {...describedBy(
                'request-duration',
                isWrong ? 'wrong' : undefined,
                service && usual !== undefined,
              )}
            />
          </Field>
          <Assumptions load={load} requestMs={requestMs}>
            {autoscaling.problem && <li>{autoscaling.problem.detail}</li>}
            {autoscaling.data &&
              assumptionsOf(autoscaling.data).map((assumption) => (
                <li key={assumption.known}>{say(assumption)}</li>
              ))}
          </Assumptions>
        </div>
      )}
    </section>
  );
}

const mostMs = 3_600_000;

function UsualHint({ usual }: { usual: ReturnType<typeof useUsualDuration> }) {
  const t = useWords();
  return usual ? t('newRun.load.durationUsual', { n: usual.runs }) : t('newRun.load.durationAsked');
}

/** How long it lasts, how much it asks for, what that needs: in figures and in one sentence. */
function Facts({
  load,
  pods,
  requestMs,
}: {
  load: PlannedLoad;
  pods: PlannedPods | UntoldPods | null;
  requestMs: number | null;
}) {
  const t = useWords();
  const locale = useLocale();
  const most = (drives: 'users' | 'arrivals'): number => mostTogether(load, drives);
  const isReckoned = load.scenarios.some(({ endsByIterations }) => endsByIterations);
  const length = formatClock(load.endMs);
  const known = typeof pods === 'string' ? null : pods;
  const isTooFew = known !== null && known.allowed !== null && known.peak.pods > known.allowed;
  const figures: [string, string][] = [
    [
      t('newRun.load.length'),
      load.latestEndMs === null
        ? t('newRun.load.endless')
        : isReckoned && requestMs === null
          ? t('newRun.load.atMost', { length })
          : isReckoned
            ? t('newRun.load.about', { length })
            : length,
    ],
    ...(most('users') > 0
      ? [[t('newRun.load.users'), formatNumber(most('users'), locale)] as [string, string]]
      : []),
    ...(most('arrivals') > 0
      ? [
          [
            t('newRun.load.arrivals'),
            t('newRun.load.perSecond', { rate: formatRate(most('arrivals'), locale) }),
          ] as [string, string],
        ]
      : []),
  ];
  return (
    <div className="space-y-3">
      <dl className="flex flex-wrap gap-x-8 gap-y-2">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt className="text-xs text-muted-foreground">{name}</dt>
            <dd className="tabular text-lg font-semibold tracking-tight">{value}</dd>
          </div>
        ))}
        {known && (
          <div>
            <dt className="text-xs text-muted-foreground">{t('newRun.load.pods')}</dt>
            <dd className={cn('tabular text-lg font-semibold tracking-tight', isTooFew && 'text-warning')}>
              {formatNumber(known.peak.pods, locale)}
            </dd>
          </div>
        )}
      </dl>
      {known && <PodsSentence pods={known} isTooFew={isTooFew} />}
      {typeof pods === 'string' && (
        <p className="text-sm text-muted-foreground">
          {pods === 'usage' ? t('newRun.load.byUsage') : t('newRun.load.noDuration')}
        </p>
      )}
    </div>
  );
}

function PodsSentence({ pods, isTooFew }: { pods: PlannedPods; isTooFew: boolean }) {
  const t = useWords();
  const locale = useLocale();
  const { peak, allowed, target, metric } = pods;
  const figures = {
    pods: peak.pods,
    at: formatClock(peak.atMs),
    load: formatNumber(peak.load, locale, Number.isInteger(peak.load) ? 0 : 1),
    target: formatNumber(target, locale, Number.isInteger(target) ? 0 : 1),
  };
  const needs =
    metric === 'rps' ? t('newRun.load.needsRate', figures) : t('newRun.load.needsInFlight', figures);
  if (!isTooFew)
    return (
      <p className="text-sm" data-planned-pods="enough">
        {t('newRun.load.both', {
          needs,
          bound: allowed === null ? t('newRun.load.noMaxScale') : t('newRun.load.within', { allowed }),
        })}
      </p>
    );
  return (
    <p
      role="status"
      data-planned-pods="too-few"
      className="flex gap-2.5 rounded-lg border border-warning/40 bg-warning-soft px-3.5 py-2.5 text-sm"
    >
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
      <span>
        <strong className="font-semibold">
          {t('newRun.load.tooFew', { pods: peak.pods, allowed: allowed ?? 0 })}
        </strong>{' '}
        {needs}
      </span>
    </p>
  );
}

/** What the drawing stands on beside the script. */
function Assumptions({
  load,
  requestMs,
  children,
}: {
  load: PlannedLoad;
  requestMs: number | null;
  children: ReactNode;
}) {
  const t = useWords();
  const locale = useLocale();
  const has = (drives: 'users' | 'arrivals'): boolean =>
    load.scenarios.some((scenario) => scenario.drives === drives);
  return (
    <ul className="list-disc space-y-1 pl-4 text-xs text-muted-foreground marker:text-border-strong">
      {has('users') && <li>{t('newRun.load.assumesUsers')}</li>}
      {has('arrivals') && <li>{t('newRun.load.assumesArrivals')}</li>}
      {load.scenarios.some(({ endsByIterations }) => endsByIterations) && (
        <li>{requestMs === null ? t('newRun.load.assumesLongest') : t('newRun.load.assumesEnd')}</li>
      )}
      {load.latestEndMs !== null && (
        <li>{t('newRun.load.assumesLatest', { latest: formatClock(load.latestEndMs) })}</li>
      )}
      {load.scenarios
        .filter(({ executor }) => executor === 'externally-controlled')
        .map(({ name, mostUsers }) => (
          <li key={name}>{t('newRun.load.external', { name, most: formatNumber(mostUsers, locale) })}</li>
        ))}
      {requestMs !== null &&
        shortOfUsers(load, requestMs).map(({ name, needed, mostUsers }) => (
          <li key={name} className="text-warning marker:text-warning">
            {t('newRun.load.short', {
              name,
              duration: formatMs(requestMs, locale),
              needed: formatNumber(needed, locale),
              most: formatNumber(mostUsers, locale),
            })}
          </li>
        ))}
      {children}
    </ul>
  );
}
