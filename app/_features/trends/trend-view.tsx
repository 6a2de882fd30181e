'use client';

import { Hourglass } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { unitOf } from '@/lib/model/protocol';
import { type TestedFigure } from '@/lib/model/trend';
import { type TrendRun } from '@/lib/model/trend';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { useAccess } from '@/app/_ui/access/provider';
import { chooseBaseline } from '@/app/_ui/baseline/choose-baseline';
import { toProblem, type ApiProblem } from '@/lib/api/api-problem';
import {
  formatIncidentLength,
  formatMs,
  formatRate,
  formatShare,
  formatWorstIncident,
} from '@/lib/words/format';
import { Segmented } from '@/app/_ui/primitives/tabs';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { useSay } from '@/app/_ui/words/use-say';
import { runsLagMessage } from '@/lib/timeline/lag-message';
import { mostOfRunsLag } from '@/lib/timeline/lag-parts';
import { endedStates } from '@/lib/model/run';
import { useVerdicts } from '@/app/_ui/verdict/use-verdicts';
import { VerdictLine } from './verdict-line';
import { ChosenRun } from './chosen-run';
import { failedShareOf } from '@/lib/model/run';
import { trendAxes, type TrendAxis } from './trend-axis';
import { TrendChart } from './trend-chart';
import { TrendTable } from './trend-table';

/** Four figures run by run, the run that is pointed at in words, and all runs as a table. */
export function TrendView({ runs }: { runs: TrendRun[] }) {
  const t = useWords();
  const locale = useLocale();
  const router = useRouter();
  const { mayRun } = useAccess();
  const [axis, setAxis] = useState<TrendAxis>('time');
  const [chosenId, setChosenId] = useState<string | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const chosen = runs.find(({ id }) => id === chosenId) ?? runs.at(-1)!;
  const baseline = runs.find(({ isBaseline }) => isBaseline);
  const onBaseline = mayRun
    ? async (run: TrendRun): Promise<void> => {
        setProblem(null);
        try {
          await chooseBaseline(run.id, !run.isBaseline);
          router.refresh();
        } catch (error) {
          setProblem(toProblem(error));
        }
      }
    : null;
  const say = useSay();
  const verdicts = useVerdicts(runs.map((run) => ({ ...run, ended: endedStates.includes(run.state) })));
  const lag = mostOfRunsLag(runs.map(({ figures }) => figures));
  const unit = unitOf([...new Set(runs.flatMap(({ protocols }) => protocols))]);
  const ms = (value: number): string => formatMs(value, locale);
  const charts: {
    key: string;
    title: string;
    flags: TestedFigure[];
    of: (run: TrendRun) => number | null;
    /** A value, of a run where it is one's. */
    text: (value: number, run?: TrendRun) => string;
  }[] = [
    { key: 'p95', title: t('trend.p95'), flags: ['p50', 'p95'], of: (run) => run.figures.p95Ms, text: ms },
    {
      key: 'failures',
      title: t('trend.failures', { unit }),
      flags: ['failures'],
      of: ({ figures }) => failedShareOf(figures),
      text: (value: number) => formatShare(value, locale),
    },
    {
      key: 'worstIncident',
      title: t('trend.worstIncident'),
      flags: [],
      of: (run) => run.figures.worstIncidentMs ?? null,
      text: (worstIncidentMs: number, run?: TrendRun) =>
        formatWorstIncident({ ...run?.figures, worstIncidentMs }, locale),
    },
    {
      key: 'worstLag',
      title: t('trend.worstLag'),
      flags: [],
      of: (run) => run.figures.worstLagMs,
      text: (value: number) => formatIncidentLength(value, locale),
    },
    {
      key: 'rate',
      title: t('trend.rate', { unit }),
      flags: [],
      of: (run) => run.figures.requestsPerSecond,
      text: (value: number) => formatRate(value, locale),
    },
  ];
  return (
    <div className="space-y-4">
      {problem && <ProblemNotice problem={problem} />}
      <VerdictLine runs={runs} verdicts={verdicts} chosenId={chosen.id} onChoose={setChosenId} />
      {!baseline && (
        <p className="rounded-lg border bg-muted/50 px-3.5 py-2 text-sm text-muted-foreground">
          {runs.length === 1 ? `${t('trend.one')} ` : ''}
          {t('trend.noBaseline')}
        </p>
      )}
      <section className="panel">
        <ChosenRun
          run={chosen}
          verdict={verdicts[chosen.id]}
          baselineId={baseline?.id ?? null}
          onBaseline={onBaseline}
        />
        {runs.length > 2 && (
          <div className="flex justify-end border-t px-3 py-1.5 sm:px-4 print:hidden">
            <Segmented<TrendAxis>
              label={t('trend.axis')}
              value={axis}
              onChange={setAxis}
              options={trendAxes.map((value) => ({ value, label: t(`trend.axes.${value}`) }))}
            />
          </div>
        )}
        <div className="grid grid-cols-1 border-t lg:grid-cols-2">
          {charts.map(({ key, title, flags, of, text }) => (
            <TrendChart
              key={key}
              chartKey={key}
              title={title}
              runs={runs}
              axis={axis}
              chosenId={chosen.id}
              of={of}
              text={text}
              isFlagged={({ regression }) =>
                regression?.worse.some((figure) => flags.includes(figure)) ?? false
              }
              onChoose={setChosenId}
              onOpen={(id) => router.push(`/runs/${id}`)}
            />
          ))}
        </div>
      </section>
      {lag && (
        <p data-runs-lag className="flex gap-2.5 rounded-lg border bg-muted/50 px-3.5 py-2 text-sm">
          <Hourglass aria-hidden className="mt-0.5 size-4 shrink-0 text-data-expected" />
          {say(runsLagMessage(lag))}
        </p>
      )}
      <TrendTable
        runs={runs}
        verdicts={verdicts}
        baselineId={baseline?.id ?? null}
        onBaseline={onBaseline}
        unit={unit}
      />
    </div>
  );
}
