'use client';

import { Flag, GitCompareArrows } from 'lucide-react';
import { Link } from '@/app/_ui/link';
import { type TrendRun } from '@/lib/model/trend';
import { endedStates } from '@/lib/model/run';
import { VerdictBadge } from '@/app/_ui/baseline/verdict-badge';
import { Time } from '@/app/_ui/time';
import { Badge } from '@/app/_ui/primitives/badge';
import { Button } from '@/app/_ui/primitives/button';
import { useWords } from '@/app/_ui/words/provider';
import { compareHref } from '@/app/_ui/compare-address';

/** The run that is pointed at: what it is, how it stands, and where to go from it. */
export function ChosenRun({
  run,
  baselineId,
  onBaseline,
}: {
  run: TrendRun;
  baselineId: string | null;
  onBaseline: ((run: TrendRun) => Promise<void>) | null;
}) {
  const t = useWords();
  return (
    <div
      data-chosen={run.id}
      className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-3 py-2.5 sm:min-h-14 sm:px-4"
    >
      <div className="min-w-0 flex-1 basis-56">
        <p className="truncate font-medium" title={run.name}>
          {run.name}
        </p>
        <p className="text-xs text-muted-foreground">
          <Time unixMs={run.startedAtMs} />
        </p>
      </div>
      {run.isBaseline && (
        <Badge tone="violet">
          <Flag aria-hidden className="size-3.5" />
          {t('trend.baseline')}
        </Badge>
      )}
      {run.regression && baselineId && (
        <VerdictBadge verdict={run.regression} href={compareHref([baselineId, run.id])} />
      )}
      <div className="flex flex-wrap gap-2">
        {onBaseline && endedStates.includes(run.state) && (
          <Button size="sm" onClick={() => void onBaseline(run)}>
            <Flag />
            {run.isBaseline ? t('trend.unset') : t('trend.set')}
          </Button>
        )}
        {baselineId && !run.isBaseline && (
          <Button asChild size="sm">
            <Link href={compareHref([baselineId, run.id])}>
              <GitCompareArrows />
              {t('trend.compare')}
            </Link>
          </Button>
        )}
        <Button asChild size="sm">
          <Link href={`/runs/${run.id}`}>{t('trend.open')}</Link>
        </Button>
      </div>
    </div>
  );
}
