'use client';

import { ChevronLeft, OctagonX, RotateCcw } from 'lucide-react';
import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { type ChartModel } from '../../_charts/model';
import { useStore } from '../../_charts/store';
import { addressWith, createView, rangeOfAddress, type ChartView } from '../../_charts/view';
import { ProblemNotice } from '../../_components/problem-notice';
import { StateBadge } from '../../_components/state-badge';
import { Time } from '../../_components/time';
import { Button } from '../../_components/ui/button';
import { toProblem, type ApiProblem } from '../../_data/http';
import { startRun, stopRun } from '../../_data/runs';
import { useDictionary } from '../../_i18n/provider';
import { type Recording } from '@/lib/timeline/recording';
import { type Run } from '@/lib/timeline/run';
import { EventPanel } from './event-panel';
import { RunFigures } from './run-figures';
import { RunTabs } from './run-tabs';
import { useRunStream, type RunStream } from './use-run-stream';

// Charts need a canvas: there is none on the server.
const ChartStack = dynamic(() => import('../../_charts/chart-stack').then((module) => module.ChartStack), { ssr: false, loading: () => <div className="h-[840px]" /> });

/** A run, live or ended: both come from what was stored, the rest by Server-Sent Events. */
export function LiveRun({ run, recording, cursor }: { run: Run; recording: Recording; cursor: string }) {
  const stream = useRunStream(run, recording, cursor);
  const [view] = useState<ChartView>(() => createView(null, null));
  useAddress(view);
  return (
    <>
      <Header stream={stream} />
      <RunFigures model={stream.model} view={view} />
      <div className="mt-4">
        <ChartStack model={stream.model} view={view} />
      </div>
      <RunTabs stream={stream} view={view} />
      <EventPanel model={stream.model} view={view} />
    </>
  );
}

function Header({ stream }: { stream: RunStream }) {
  const t = useDictionary();
  const run = useStore(stream.model, runOf);
  const connected = useStore(stream.connected);
  const live = run.endedAtMs === null;
  return (
    <header className="mb-5">
      <Link href="/" className="inline-flex items-center gap-1 text-sm text-muted-foreground hover:text-foreground">
        <ChevronLeft aria-hidden className="size-4" />
        {t.run.back}
      </Link>
      <div className="mt-2 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
            <h1 className="truncate text-2xl font-semibold tracking-tight" title={run.name}>
              {run.name}
            </h1>
            <StateBadge state={run.state} reason={run.stateReason} />
          </div>
          <p className="mt-1.5 flex flex-wrap gap-x-4 gap-y-1 text-sm text-muted-foreground">
            <span>
              {run.service.namespace}/{run.service.name}
            </span>
            <span>{run.scriptName}</span>
            <Time unixMs={run.originMs ?? run.createdAtMs} />
            {run.tags.map((tag) => (
              <span key={tag}>#{tag}</span>
            ))}
          </p>
        </div>
        <Actions stream={stream} run={run} />
      </div>
      {run.stateReason && <p className="mt-3 rounded-lg border bg-muted px-3 py-2 text-sm">{run.stateReason}</p>}
      {run.state === 'queued' && <p className="mt-3 text-sm text-muted-foreground">{t.run.queuedText}</p>}
      {run.state === 'starting' && <p className="mt-3 text-sm text-muted-foreground">{t.run.startingText}</p>}
      {live && !connected && (
        <p role="status" className="mt-3 text-sm text-muted-foreground">
          {t.run.reconnecting}
        </p>
      )}
    </header>
  );
}

function Actions({ stream, run }: { stream: RunStream; run: Run }) {
  const t = useDictionary();
  const router = useRouter();
  const [stopping, setStopping] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const stop = async (): Promise<void> => {
    setProblem(null);
    try {
      const mode = stopping ? 'kill' : 'graceful';
      setStopping(true);
      stream.takeRun(await stopRun(run.id, mode));
    } catch (error) {
      setProblem(toProblem(error));
    }
  };
  const again = async (): Promise<void> => {
    setProblem(null);
    try {
      const { service, scriptName, scriptText, env, tags } = run;
      router.push(`/runs/${(await startRun({ serviceId: service.id, scriptName, scriptText, env, tags })).id}`);
    } catch (error) {
      setProblem(toProblem(error));
    }
  };
  return (
    <div className="flex flex-col items-end gap-2">
      {run.endedAtMs === null ? (
        <Button onClick={stop} title={t.run.stopHint}>
          <OctagonX />
          {stopping ? t.run.kill : t.run.stop}
        </Button>
      ) : (
        <Button onClick={again}>
          <RotateCcw />
          {t.run.runAgain}
        </Button>
      )}
      {problem && <ProblemNotice problem={problem} />}
    </div>
  );
}

/** Keeps the zoomed range and the chosen event in the address, so that a link opens the same view. */
function useAddress(view: ChartView): void {
  const ready = useRef(false);
  useEffect(() => {
    const params = new URLSearchParams(window.location.search);
    if (!ready.current) {
      ready.current = true;
      view.range.set(rangeOfAddress(params));
      view.selected.set(params.get('event'));
    }
    const write = (): void => {
      window.history.replaceState(null, '', window.location.pathname + addressWith(window.location.search, view.range.get(), view.selected.get()));
    };
    const ends = [view.range.subscribe(write), view.selected.subscribe(write)];
    return () => ends.forEach((end) => end());
  }, [view]);
}

function runOf(model: ChartModel): Run {
  return model.run;
}
