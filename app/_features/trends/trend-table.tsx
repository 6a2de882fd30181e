'use client';

import { Flag, GitCompareArrows } from 'lucide-react';
import { Link } from '@/app/_ui/link';
import { type RequestUnit } from '@/lib/model/protocol';
import { type TrendRun } from '@/lib/model/trend';
import { endedStates } from '@/lib/model/run';
import { StandingBadge } from '@/app/_ui/baseline/standing-badge';
import { type VerdictShown } from '@/lib/model/verdict';
import { RunBadge } from '@/app/_ui/verdict/run-badge';
import { Time } from '@/app/_ui/time';
import { Badge } from '@/app/_ui/primitives/badge';
import { Button } from '@/app/_ui/primitives/button';
import {
  formatIncidentLength,
  formatMs,
  formatNumber,
  formatRate,
  formatShare,
  formatWorstIncident,
} from '@/lib/words/format';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { compareHref } from '@/app/_ui/compare-address';
import { Cell, Table } from '@/app/_ui/table';
import { failedShareOf } from '@/lib/model/run';

/** The same runs as a table, newest first. */
export function TrendTable({
  runs,
  verdicts,
  baselineId,
  onBaseline,
  unit,
}: {
  runs: readonly TrendRun[];
  verdicts: Record<string, VerdictShown>;
  baselineId: string | null;
  onBaseline: ((run: TrendRun) => Promise<void>) | null;
  /** What the requests of the runs are. */
  unit: RequestUnit;
}) {
  const t = useWords();
  const locale = useLocale();
  const isSplitKnown = runs.some(({ figures }) => figures.lagPart);

  return (
    <Table
      label={t('trend.table')}
      className="bg-card"
      head={[
        { label: t('verdicts.title') },
        { label: t('trend.run') },
        { label: t('trend.started') },
        { label: t('run.figures.requests', { unit }), numeric: true },
        { label: t('trend.rate', { unit }), numeric: true },
        { label: t('columns.failures'), numeric: true },
        { label: t('columns.p95'), numeric: true },
        { label: t('trend.worstIncident'), numeric: true },
        { label: t('trend.worstLag'), numeric: true },
        ...(isSplitKnown ? [{ label: t('lag.where') }] : []),
        { label: t('trend.against') },
        { label: t('run.more') },
      ]}
    >
      {runs.toReversed().map((run) => (
        <tr key={run.id} data-trend-run={run.id} className="hover:bg-muted/60">
          <Cell>
            <RunBadge state={run.state} verdict={verdicts[run.id]} />
          </Cell>
          <Cell className="max-w-64">
            <Link
              href={`/runs/${run.id}`}
              title={run.name}
              className="block truncate font-medium hover:underline"
            >
              {run.name}
            </Link>
          </Cell>
          <Cell className="text-muted-foreground">
            <Time unixMs={run.startedAtMs} ago />
          </Cell>
          <Cell numeric>{formatNumber(run.figures.requests, locale)}</Cell>
          <Cell numeric>{formatRate(run.figures.requestsPerSecond, locale)}</Cell>
          <Cell numeric>{formatShare(failedShareOf(run.figures), locale)}</Cell>
          <Cell numeric>{formatMs(run.figures.p95Ms, locale)}</Cell>
          <Cell numeric>{formatWorstIncident(run.figures, locale)}</Cell>
          <Cell numeric>{formatIncidentLength(run.figures.worstLagMs, locale)}</Cell>
          {isSplitKnown && (
            <Cell className="whitespace-nowrap">
              {run.figures.lagPart ? t(`lag.parts.${run.figures.lagPart}`) : '–'}
            </Cell>
          )}
          <Cell>
            {run.isBaseline ? (
              <Badge tone="violet">
                <Flag aria-hidden className="size-3.5" />
                {t('trend.baseline')}
              </Badge>
            ) : run.regression ? (
              <StandingBadge standing={run.regression} />
            ) : (
              <span className="text-muted-foreground">–</span>
            )}
          </Cell>
          <Cell className="text-right">
            {baselineId && !run.isBaseline && (
              <Button asChild size="iconSm" variant="ghost">
                <Link
                  href={compareHref([baselineId, run.id], baselineId)}
                  aria-label={t('trend.compareRun', { name: run.name })}
                  title={t('trend.compare')}
                >
                  <GitCompareArrows />
                </Link>
              </Button>
            )}
            {onBaseline && endedStates.includes(run.state) && (
              <Button
                size="iconSm"
                variant="ghost"
                aria-label={
                  run.isBaseline
                    ? t('trend.unsetRun', { name: run.name })
                    : t('trend.setRun', { name: run.name })
                }
                title={run.isBaseline ? t('trend.unset') : t('trend.set')}
                onClick={() => void onBaseline(run)}
              >
                <Flag />
              </Button>
            )}
          </Cell>
        </tr>
      ))}
    </Table>
  );
}
