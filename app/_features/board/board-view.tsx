'use client';

import { Eye, EyeOff, MonitorDot } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useEffect, useState } from 'react';
import { type Service } from '@/lib/model/run';
import { useAccess } from '@/app/_ui/access/provider';
import { Assumptions, NotSaid } from '@/app/_ui/calculation-notes';
import { type ChartModel } from '@/app/_ui/charts/model';
import { useStore, type Store } from '@/app/_ui/charts/store';
import { type ChartKey, viewOfAddress } from '@/app/_ui/charts/view';
import { api } from '@/app/_ui/data/api';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { EmptyState } from '@/app/_ui/empty-state';
import { Link } from '@/app/_ui/link';
import { Button } from '@/app/_ui/primitives/button';
import { Skeleton } from '@/app/_ui/primitives/skeleton';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { useWords } from '@/app/_ui/words/provider';
import { BoardEvents } from './board-events';
import { BoardFeed } from './board-feed';
import { BoardTiles } from './board-tiles';
import { boardSpans } from './spans';
import { KeepStretch } from './keep-stretch';

const ChartStack = dynamic(() => import('@/app/_ui/charts/chart-stack').then((module) => module.ChartStack), {
  ssr: false,
  loading: () => <Skeleton className="h-[480px] w-full rounded-xl" />,
});

const charts: readonly ChartKey[] = ['pods', 'concurrency'];

/** What a service does without a load of ours: pods, requests in flight, due and done, live and for the last hours. */
export function BoardView({
  service,
  minutes,
  watched,
}: {
  service: Service;
  minutes: number;
  watched: boolean;
}) {
  const t = useWords();
  const { mayRun } = useAccess();
  const router = useRouter();
  const { busy, problem, attempt } = useAttempt();
  const [feed] = useState(() => new BoardFeed(service.id, minutes));
  const [view] = useState(() => viewOfAddress(new URLSearchParams({ clock: 'local' })));
  const shown = useStore(feed.shown);
  const unread = useStore(feed.problem);
  const range = useStore(view.range);
  useEffect(() => feed.start(), [feed, watched]);
  useEffect(() => feed.hold(range !== null), [feed, range]);

  const setWatched = (on: boolean): Promise<boolean> =>
    attempt(async () => {
      await api('PUT /api/services/{id}/board', { params: { id: service.id }, body: { watched: on } });
      router.refresh();
    });
  const watchButton = mayRun && (
    <Button busy={busy} variant={watched ? 'secondary' : 'primary'} onClick={() => void setWatched(!watched)}>
      {watched ? <EyeOff /> : <Eye />}
      {watched ? t('board.unwatch') : t('board.watch')}
    </Button>
  );
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <nav aria-label={t('board.span')} className="inline-flex rounded-lg border bg-muted p-0.5">
          {boardSpans.map((span) => (
            <Link
              key={span}
              href={`/services/${service.id}/board?minutes=${span}`}
              aria-current={span === minutes ? 'page' : undefined}
              className="rounded-md px-2.5 py-1 text-xs text-muted-foreground aria-[current]:bg-card aria-[current]:font-medium aria-[current]:text-foreground aria-[current]:shadow-sm"
            >
              {span < 60 ? t('board.minutes', { n: span }) : t('board.hours', { n: span / 60 })}
            </Link>
          ))}
        </nav>
        <div className="flex flex-wrap items-center gap-2">
          <p role="status" className="text-xs text-muted-foreground" data-board-state>
            {range ? t('board.held') : watched ? t('board.live') : t('board.off')}
          </p>
          {shown !== null && shown !== 'nothing' && mayRun && (
            <KeepStretch service={service} model={feed.shown as Store<ChartModel>} view={view} />
          )}
          {shown !== 'nothing' && watchButton}
        </div>
      </div>
      {problem && <ProblemNotice problem={problem} className="mb-4" />}
      {unread && <ProblemNotice problem={unread} className="mb-4" />}
      {shown === 'nothing' ? (
        <EmptyState
          icon={<MonitorDot />}
          title={watched ? t('board.waitingTitle') : t('board.emptyTitle')}
          text={watched ? t('board.waitingText') : t('board.emptyText')}
        >
          {watchButton}
        </EmptyState>
      ) : shown === null ? (
        !unread && <Skeleton className="h-[560px] w-full rounded-xl" />
      ) : (
        <>
          {service.gatewayMetricsUrl === null && (
            <p className="panel mb-4 px-4 py-3 text-sm text-muted-foreground">{t('board.noGateway')}</p>
          )}
          <BoardTiles model={shown} />
          <ChartStack model={feed.shown as Store<ChartModel>} view={view} shown={charts} />
          {shown.run.autoscaling && (
            <div className="mt-4 px-1">
              <Assumptions autoscaling={shown.run.autoscaling} />
              <NotSaid autoscaling={shown.run.autoscaling} />
            </div>
          )}
          <BoardEvents model={shown} view={view} />
        </>
      )}
    </>
  );
}
