'use client';

import {
  ChevronLeft,
  Ellipsis,
  Flag,
  FlaskConical,
  GitCompareArrows,
  OctagonX,
  Pencil,
  Pin,
  RotateCcw,
  Square,
  Trash2,
  WifiOff,
} from 'lucide-react';
import { Link } from '@/app/_ui/link';
import { useRouter } from 'next/navigation';
import { useState, type ReactNode } from 'react';
import { endedStates, isWatched, type Run } from '@/lib/model/run';
import { type ChartModel } from '@/app/_ui/charts/model';
import { useStore, type Store } from '@/app/_ui/charts/store';
import { useAccess } from '@/app/_ui/access/provider';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { chooseBaseline } from '@/app/_ui/baseline/choose-baseline';
import { useAsked } from '@/app/_ui/data/use-asked';
import { StandingBadge } from '@/app/_ui/baseline/standing-badge';
import { RunBadge } from '@/app/_ui/verdict/run-badge';
import { LogLink } from '@/app/_ui/log-links';
import { Time } from '@/app/_ui/time';
import { Badge } from '@/app/_ui/primitives/badge';
import { Button } from '@/app/_ui/primitives/button';
import { Menu, MenuContent, MenuItem, MenuTrigger } from '@/app/_ui/primitives/menu';
import { api } from '@/app/_ui/data/api';
import { useAttempt, type Attempt } from '@/app/_ui/data/use-attempt';
import { formatLength, formatNumber, formatShare } from '@/lib/words/format';
import { registeredAs } from '@/lib/model/registered-as';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { useSay } from '@/app/_ui/words/use-say';
import { useDeleteRuns } from '@/app/_ui/use-delete-runs';
import { compareHref } from '@/app/_ui/compare-address';
import { ExportMenu } from './export-menu';
import { iterationsDone } from './figures';
import { ShareButton } from '@/app/_ui/sharing/share-button';
import { progressOf } from './progress';
import { RenameDialog } from './rename-dialog';
import { type RunFeed } from './run-feed';
import { RunNotes } from './run-notes';
import { RunTags } from './run-tags';
import { reasonOf } from '@/lib/model/run';
import { tellsReason } from '@/lib/verdict/sentence';

export function RunHeader({ feed }: { feed: RunFeed }) {
  const t = useWords();
  const run = useStore(feed.run);
  const say = useSay();
  const reason = reasonOf(run);
  const isTold = reason !== null && run.verdict !== null && tellsReason(run.verdict, reason);
  const connection = useStore(feed.connection);
  const actions = useAttempt();
  const baseline = useAsked(
    (signal) => api('GET /api/runs/{id}/baseline', { params: { id: run.id }, signal }),
    run.id,
    { wanted: endedStates.includes(run.state) && !feed.source.readOnly },
  );
  const answer = baseline.data;
  return (
    <header className="mb-5">
      {!feed.source.readOnly && (
        <Link
          href="/"
          className="-ml-1 inline-flex items-center gap-0.5 rounded text-xs print:hidden text-muted-foreground hover:text-foreground"
        >
          <ChevronLeft className="size-3.5" />
          {t('run.back')}
        </Link>
      )}
      <div className="mt-1.5 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-80">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
            {run.pinned && (
              <Pin aria-label={t('runs.pinned')} className="size-4 shrink-0 text-muted-foreground" />
            )}
            <h1
              className="max-w-full truncate text-xl font-semibold tracking-tight sm:text-2xl"
              title={run.name}
            >
              {run.name}
            </h1>
            <RunBadge state={run.state} verdict={run.verdict} reason={reason} />
            {answer?.baseline?.runId === run.id && (
              <Badge tone="violet">
                <Flag aria-hidden className="size-3.5" />
                {t('trend.baseline')}
              </Badge>
            )}
            {answer?.baseline && answer.regression && (
              <StandingBadge
                standing={answer.regression}
                href={compareHref([answer.baseline.runId, run.id], answer.baseline.runId)}
              />
            )}
          </div>
          <Facts run={run} feed={feed} />
          <RunTags feed={feed} onProblem={actions.setProblem} />
        </div>
        {feed.source.readOnly ? (
          <ExportMenu run={run} readOnly />
        ) : (
          <Actions
            run={run}
            actions={actions}
            feed={feed}
            isBaseline={answer?.baseline?.runId === run.id}
            onBaseline={async (chosen) => {
              await chooseBaseline(run.id, chosen);
              baseline.retry();
            }}
          />
        )}
      </div>
      {reason && !isTold && (
        <p className="mt-3 rounded-lg border bg-muted/60 px-3.5 py-2 text-sm">
          <span className="text-muted-foreground">
            {t('run.reason')}
            {t('common.colon')}
          </span>
          {say(reason)}
        </p>
      )}
      {run.stopAsked && !endedStates.includes(run.state) && (
        <p role="status" className="mt-3 text-sm text-muted-foreground">
          {t(run.stopAsked === 'kill' ? 'run.beingKilled' : 'run.beingStopped')}
        </p>
      )}
      {connection === 'lost' && (
        <p
          role="status"
          className="mt-3 flex items-center gap-2 rounded-lg border border-warning/40 bg-warning-soft px-3.5 py-2 text-sm text-warning"
        >
          <WifiOff aria-hidden className="size-4" />
          {t('run.reconnecting')}
        </p>
      )}
      {actions.problem && <ProblemNotice problem={actions.problem} className="mt-3" />}
      <RunNotes feed={feed} />
      <ProgressBar run={run} model={feed.model} />
    </header>
  );
}

/** What led to a run, and what followed it, is in its logs too. */
const logMarginMs = 10_000;

function Facts({ run, feed }: { run: Run; feed: RunFeed }) {
  const t = useWords();
  const model = useStore(feed.model);
  const lengthMs =
    run.loadStartMs === null ? null : (run.loadEndMs ?? model?.endMs ?? run.loadStartMs) - run.loadStartMs;
  const facts: [string, ReactNode][] = [
    [
      t('run.service'),
      <span key="s" title={`${run.service.namespace}/${run.service.name} · ${run.service.host}`}>
        {run.service.name}
      </span>,
    ],
    ...(isWatched(run) ? [] : [[t('run.script'), run.scriptName] as [string, ReactNode]]),
    ...(run.operator
      ? [[t('run.loadBy'), t('run.loadByOperator', { n: run.operator.runners })] as [string, ReactNode]]
      : run.runners > 1
        ? [[t('run.loadBy'), t('run.loadByRunners', { n: run.runners })] as [string, ReactNode]]
        : []),
    [t('run.started'), run.originMs === null ? t('run.notStarted') : <Time key="t" unixMs={run.originMs} />],
    [
      t('run.length'),
      <span key="l" className="tabular">
        {formatLength(lengthMs, t)}
      </span>,
    ],
    ...(run.protocols.some((protocol) => protocol !== 'http')
      ? [
          [
            t('run.protocols'),
            run.protocols.map((name) => t(`run.protocol.${name}`)).join(t('common.listSeparator')),
          ] as [string, ReactNode],
        ]
      : []),
    ...(run.service.gatewayUnverified
      ? [[t('history.services.checks.tls'), t('services.unverified')] as [string, ReactNode]]
      : []),
    ...(run.service.gatewayClient
      ? [[t('history.services.checks.client'), run.service.gatewayClient.subject] as [string, ReactNode]]
      : []),
    ...(run.thinnedStepMs === null
      ? []
      : [
          [
            t('history.thinned.label'),
            <span key="h" title={t('history.thinned.hint')}>
              {t('history.thinned.steps', { length: formatLength(run.thinnedStepMs, t) })}
            </span>,
          ] as [string, ReactNode],
        ]),
  ];
  const endMs = (run.loadStartMs ?? 0) + (lengthMs ?? 0);
  return (
    <dl className="mt-1.5 flex flex-wrap gap-x-5 gap-y-0.5 text-sm">
      {facts.map(([label, value]) => (
        <div key={label} className="flex min-w-0 gap-1.5">
          <dt className="text-muted-foreground">{label}</dt>
          <dd className="max-w-64 truncate">{value}</dd>
        </div>
      ))}
      <div>
        <dt className="sr-only">{t('logLink.open')}</dt>
        <dd>
          <LogLink fromMs={run.loadStartMs ?? 0} toMs={endMs} marginMs={logMarginMs} />
        </dd>
      </div>
    </dl>
  );
}

function ProgressBar({ run, model: store }: { run: Run; model: Store<ChartModel | null> }) {
  const t = useWords();
  const locale = useLocale();
  const model = useStore(store);
  if (endedStates.includes(run.state)) return null;
  if (run.state === 'queued')
    return <p className="mt-4 text-sm text-muted-foreground">{t('run.queuedText')}</p>;
  const progress = model ? progressOf(run, iterationsDone(model), model.endMs) : null;
  if (!progress)
    return run.state === 'starting' ? (
      <p className="mt-4 text-sm text-muted-foreground">{t('run.startingText')}</p>
    ) : null;
  const { share, iterations } = progress;
  return (
    <div className="mt-4 flex items-center gap-3">
      <div
        role="progressbar"
        aria-label={t('run.progress')}
        aria-valuenow={Math.round(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
        className="h-1.5 flex-1 overflow-hidden rounded-full bg-muted"
      >
        <div className="h-full rounded-full bg-primary" style={{ width: `${share * 100}%` }} />
      </div>
      <span className="tabular text-xs text-muted-foreground">
        {iterations
          ? t('run.progressIterations', {
              done: formatNumber(iterations.done, locale),
              total: formatNumber(iterations.total, locale),
            })
          : formatShare(Math.round(share * 100) / 100, locale)}
      </span>
    </div>
  );
}

function Actions({
  run,
  feed,
  actions: { busy, attempt },
  isBaseline,
  onBaseline,
}: {
  run: Run;
  feed: RunFeed;
  actions: Attempt;
  isBaseline: boolean;
  onBaseline: (chosen: boolean) => Promise<void>;
}) {
  const t = useWords();
  const router = useRouter();
  const [renaming, setRenaming] = useState(false);
  const { deleteRuns, question } = useDeleteRuns();
  const { mayRun } = useAccess();
  const ended = endedStates.includes(run.state);
  const stopAsked = run.stopAsked !== null;

  const stop = (): Promise<boolean> =>
    attempt(async () => {
      const mode = stopAsked ? 'kill' : 'graceful';
      feed.run.set((await api('POST /api/runs/{id}/stop', { params: { id: run.id }, body: { mode } })).run);
    });
  const remove = (): Promise<boolean> =>
    attempt(async () => {
      if (!(await deleteRuns([run.id], () => router.push(`/runs/${run.id}`)))) return;
      router.push('/');
      router.refresh();
    });
  const again = (): Promise<boolean> =>
    attempt(async () => {
      const { services } = await api('GET /api/services');
      const service = registeredAs(services, run.service);
      // The form says what is missing, and has all that the run was asked for with.
      if (!service) return router.push(`/runs/new?from=${run.id}`);
      const next = await api('POST /api/runs', {
        body: {
          serviceId: service.id,
          scriptName: run.scriptName,
          scriptText: run.scriptText,
          env: run.env,
          name: run.name,
          tags: run.tags,
          ...(run.objective ? { objective: run.objective } : {}),
        },
      });
      router.push(`/runs/${next.run.id}`);
    });

  const whatIf = ended && (
    <Button asChild>
      <Link href={`/runs/${run.id}/what-if`}>
        <FlaskConical />
        {t('whatif.button')}
      </Link>
    </Button>
  );
  // What changes nothing may be asked by whoever may read the run.
  if (!mayRun) {
    return (
      <div className="flex flex-wrap items-center gap-2 print:hidden">
        {whatIf}
        <ExportMenu run={run} readOnly={false} />
        <Button asChild>
          <Link href={compareHref([run.id])}>
            <GitCompareArrows />
            {t('compare.compareWith')}
          </Link>
        </Button>
      </div>
    );
  }
  return (
    <div className="flex flex-wrap items-center gap-2 print:hidden">
      {whatIf}
      {ended ? (
        // An imported run has no script to run again, nor has what was only watched.
        run.importedFrom === null &&
        !isWatched(run) && (
          <>
            <Button asChild>
              <Link href={`/runs/new?from=${run.id}`}>{t('run.editAndRun')}</Link>
            </Button>
            <Button variant="primary" busy={busy} onClick={again}>
              <RotateCcw />
              {t('run.runAgain')}
            </Button>
          </>
        )
      ) : (
        <Button
          variant={stopAsked ? 'solidDanger' : 'danger'}
          busy={busy}
          title={t('run.stopHint')}
          onClick={stop}
        >
          {stopAsked ? <OctagonX /> : <Square className="fill-current" />}
          {stopAsked ? t('run.kill') : t('run.stop')}
        </Button>
      )}
      <ExportMenu run={run} readOnly={false} />
      <ShareButton kind="run" runs={[run.id]} />
      <Menu>
        <MenuTrigger asChild>
          <Button size="icon" aria-label={t('run.more')} title={t('run.more')}>
            <Ellipsis />
          </Button>
        </MenuTrigger>
        <MenuContent>
          <MenuItem onSelect={() => setRenaming(true)}>
            <Pencil />
            {t('run.rename')}
          </MenuItem>
          <MenuItem
            onSelect={() =>
              void attempt(async () => {
                const edit = { params: { id: run.id }, body: { pinned: !run.pinned } };
                feed.run.set((await api('PATCH /api/runs/{id}', edit)).run);
              })
            }
          >
            <Pin />
            {run.pinned ? t('run.unpin') : t('run.pin')}
          </MenuItem>
          <MenuItem onSelect={() => router.push(compareHref([run.id]))}>
            <GitCompareArrows />
            {t('compare.compareWith')}
          </MenuItem>
          <MenuItem disabled={!ended} onSelect={() => void attempt(() => onBaseline(!isBaseline))}>
            <Flag />
            {isBaseline ? t('trend.unset') : t('trend.set')}
          </MenuItem>
          <MenuItem disabled={!ended} onSelect={() => void remove()}>
            <Trash2 />
            {t('common.delete')}
          </MenuItem>
        </MenuContent>
      </Menu>
      {question}
      <RenameDialog open={renaming} onOpenChange={setRenaming} feed={feed} />
    </div>
  );
}
