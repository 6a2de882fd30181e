'use client';

import { ClockAlert } from 'lucide-react';
import dynamic from 'next/dynamic';
import { startTransition, useEffect, useMemo, useState, type ReactNode } from 'react';
import { hasNoTimes, importFactsOf } from '@/lib/model/import-facts';
import { isWatched, type Run } from '@/lib/model/run';
import { clockOf, RunClock } from '@/app/_ui/charts/clock';
import { followKeptClock } from '@/app/_ui/charts/kept-clock';
import { type ChartModel } from '@/app/_ui/charts/model';
import { useStore, type Store } from '@/app/_ui/charts/store';
import { addressOfView, viewOfAddress, type ChartKey, type ChartView } from '@/app/_ui/charts/view';
import { EmptyState } from '@/app/_ui/empty-state';
import { LogLinks } from '@/app/_ui/log-links';
import { usePrinting } from '@/app/_ui/print';
import { Button } from '@/app/_ui/primitives/button';
import { Skeleton } from '@/app/_ui/primitives/skeleton';
import { Tabs, TabsContent, TabsList, TabsTrigger } from '@/app/_ui/primitives/tabs';
import { apiSource, type RunSource } from '@/app/_ui/data/run-source';
import { useWords } from '@/app/_ui/words/provider';
import { AskedProblem } from '@/app/_ui/asked-problem';
import { DecisionsTab } from './decisions-tab';
import { rememberInAddress } from './address';
import { EventPanel } from './event-panel';
import { EventsTab } from './events-tab';
import { FigureTiles } from './figure-tiles';
import { ImportedNotice } from './imported-notice';
import { K6Tab } from './k6-tab';
import { LogTab } from './log-tab';
import { PrintSections } from './print-sections';
import { ProtocolTiles } from './protocol-tiles';
import { RunFeed } from './run-feed';
import { RunHeader } from './run-header';
import { StoryPanel } from './story-panel';
import { ThresholdsNow } from './thresholds-now';
import { VerdictPanel } from './verdict-panel';

const chartsHeight = 'h-[880px]';
// Charts and editor need the browser: the server sends their place.
const loadCharts = () => import('@/app/_ui/charts/chart-stack').then((module) => module.ChartStack);
// Before the run's data are here, not after.
if (typeof window !== 'undefined') void loadCharts();
const ChartStack = dynamic(loadCharts, {
  ssr: false,
  loading: () => <Skeleton className={`${chartsHeight} w-full rounded-xl`} />,
});
const DistributionPanel = dynamic(
  () => import('./distribution/distribution-panel').then((module) => module.DistributionPanel),
  { ssr: false, loading: () => <Skeleton className="mt-4 h-96 w-full rounded-xl" /> },
);
const ScriptTab = dynamic(() => import('./script-tab').then((module) => module.ScriptTab), {
  ssr: false,
  loading: () => <Skeleton className="h-64 w-full" />,
});

/** The charts' own scripts are read and they draw themselves meanwhile. */
const afterMs = 120;
const tabKeys = ['events', 'decisions', 'k6', 'log', 'script'] as const;
/** Of what was only watched: no k6 made its load. */
const watchedTabs: readonly TabKey[] = ['events', 'decisions'];
type TabKey = (typeof tabKeys)[number];
const watchedCharts: readonly ChartKey[] = ['pods', 'usage', 'concurrency', 'averages'];

/** A run's page: it follows the run by itself while it goes on, and stays as it is afterwards. `source`: the API unless given. */
export function RunView({ run, search, source }: { run: Run; search: string; source?: RunSource }) {
  const [feed] = useState(() => new RunFeed(run, source ?? apiSource({ id: run.id })));
  const [view] = useState(() => viewOfAddress(new URLSearchParams(search)));
  useEffect(() => feed.start(), [feed]);
  useEffect(() => keepInAddress(view), [view]);
  useEffect(() => followKeptClock(view, search), [view, search]);
  useEffect(() => refineAtZoom(feed, view), [feed, view]);
  const problem = useStore(feed.problem);
  const ready = useStore(feed.model, isThere);
  return (
    <WithClock feed={feed} view={view}>
      <WithLogLinks feed={feed}>
        <RunHeader feed={feed} />
        <Verdict feed={feed} view={view} />
        {problem && <FeedProblem feed={feed} />}
        {ready ? (
          <RunBody feed={feed} model={feed.model as Store<ChartModel>} view={view} search={search} />
        ) : (
          !problem && (
            <>
              <Skeleton className="mb-4 h-[78px] w-full rounded-xl" />
              <Skeleton className={`${chartsHeight} w-full rounded-xl`} />
            </>
          )
        )}
      </WithLogLinks>
    </WithClock>
  );
}

function WithClock({ feed, view, children }: { feed: RunFeed; view: ChartView; children: ReactNode }) {
  const { originMs } = useStore(feed.run);
  const kind = useStore(view.clock);
  const clock = useMemo(() => clockOf(kind, { originMs }), [kind, originMs]);
  return <RunClock value={clock}>{children}</RunClock>;
}

function WithLogLinks({ feed, children }: { feed: RunFeed; children: ReactNode }) {
  return (
    <LogLinks run={useStore(feed.run)} isHidden={feed.source.readOnly}>
      {children}
    </LogLinks>
  );
}

function Verdict({ feed, view }: { feed: RunFeed; view: ChartView }) {
  return <VerdictPanel run={useStore(feed.run)} view={view} />;
}

const isThere = (model: ChartModel | null): boolean => model !== null;

function FeedProblem({ feed }: { feed: RunFeed }) {
  const t = useWords();
  const problem = useStore(feed.problem);
  if (!problem) return null;
  return (
    <AskedProblem problem={problem} retry={() => feed.retry()} className="mb-4">
      {problem.status === 401 && !feed.source.readOnly && (
        <Button asChild variant="primary">
          <a
            href={`/sign-in?next=${encodeURIComponent(`${window.location.pathname}${window.location.search}`)}`}
          >
            {t('signin.title')}
          </a>
        </Button>
      )}
    </AskedProblem>
  );
}

function RunBody({
  feed,
  model,
  view,
  search,
}: {
  feed: RunFeed;
  model: Store<ChartModel>;
  view: ChartView;
  search: string;
}) {
  const t = useWords();
  const printing = usePrinting();
  const asked = new URLSearchParams(search).get('tab');
  const isBelowReady = useAfterDrawing();
  const { run } = model.get();
  const { options } = run;
  const watched = isWatched(run);
  const tabs = watched ? watchedTabs : tabKeys;
  const known = tabs.find((key) => key === asked) ?? 'events';
  const isTimed = !hasNoTimes(options);
  return (
    <>
      <ImportedNotice run={run} />
      <ThresholdsNow model={model} />
      <FigureTiles model={model} view={view} />
      <ProtocolTiles model={model} view={view} />
      <StoryPanel model={model} view={view} />
      <div id="charts" className="scroll-mt-16 max-sm:scroll-mt-28">
        {isTimed ? (
          <ChartStack model={model} view={view} {...(watched ? { shown: watchedCharts } : {})} />
        ) : (
          <EmptyState
            icon={<ClockAlert />}
            title={t('exports.imported.noTimes')}
            text={t('exports.imported.noTimesText')}
          />
        )}
      </div>
      {watched || (!isTimed && !importFactsOf(options)?.withoutTimes) ? null : isBelowReady ? (
        <DistributionPanel feed={feed} model={model} view={view} search={search} />
      ) : (
        <Skeleton className="mt-4 h-96 w-full rounded-xl" />
      )}
      {isBelowReady && (
        <Tabs
          defaultValue={known}
          onValueChange={(tab) => rememberInAddress({ tab })}
          className="panel mt-4 print:hidden"
        >
          <TabsList className="px-2" aria-label={t('run.more')}>
            {tabs.map((key) => (
              <TabsTrigger key={key} value={key}>
                {t(`tabs.${key}`)}
              </TabsTrigger>
            ))}
          </TabsList>
          <div className="p-4 sm:p-5">
            <TabsContent value="events">
              <EventsTab model={model} view={view} />
            </TabsContent>
            <TabsContent value="decisions">
              <DecisionsTab feed={feed} model={model} view={view} />
            </TabsContent>
            <TabsContent value="k6">
              <K6Tab feed={feed} model={model} view={view} />
            </TabsContent>
            <TabsContent value="log">
              <LogTab feed={feed} />
            </TabsContent>
            <TabsContent value="script">
              <ScriptTab feed={feed} />
            </TabsContent>
          </div>
        </Tabs>
      )}
      {printing && <PrintSections feed={feed} model={model} view={view} />}
      <EventPanel model={model} view={view} />
    </>
  );
}

/** False until the browser has drawn what comes first: tables below the charts do not hold them up. */
function useAfterDrawing(): boolean {
  const [isAfter, setAfter] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const frame = requestAnimationFrame(
      () => (timer = setTimeout(() => startTransition(() => setAfter(true)), afterMs)),
    );
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, []);
  return isAfter;
}

/** What was chosen stays in the address, so that a link opens the same view. */
function keepInAddress(view: ChartView): () => void {
  const write = (): void => rememberInAddress(addressOfView(view));
  const stops = [
    view.range,
    view.selected,
    view.opened,
    view.latency,
    view.revision,
    view.hidden,
    view.clock,
  ].map((store) => store.subscribe(write));
  return () => {
    for (const stop of stops) stop();
  };
}

/** A range is shown at once in the columns that are here, then in finer ones. */
function refineAtZoom(feed: RunFeed, view: ChartView): () => void {
  let known = false;
  const refine = (): void => {
    const range = view.range.get();
    if (range && feed.model.get()) void feed.refine(range);
  };
  const stops = [
    view.range.subscribe(refine),
    // The range of an address is there before the run is.
    feed.model.subscribe(() => {
      if (!known) refine();
      known = true;
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
