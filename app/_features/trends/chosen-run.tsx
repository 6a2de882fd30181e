'use client';

import { Flag, GitCompareArrows } from 'lucide-react';
import { Link } from '@/app/_ui/link';
import { type TrendRun } from '@/lib/model/trend';
import { type VerdictShown } from '@/lib/model/verdict';
import { RunBadge } from '@/app/_ui/verdict/run-badge';
import { saidOf } from '@/app/_ui/verdict/look';
import { useSay } from '@/app/_ui/words/use-say';
import { endedStates } from '@/lib/model/run';
import { StandingBadge } from '@/app/_ui/baseline/standing-badge';
import { Time } from '@/app/_ui/time';
import { Badge } from '@/app/_ui/primitives/badge';
import { Button } from '@/app/_ui/primitives/button';
import { useWords } from '@/app/_ui/words/provider';
import { compareHref } from '@/app/_ui/compare-address';

/** The run that is pointed at: what it is, how it stands, and where to go from it. */
export function ChosenRun({
  run,
  verdict,
  baselineId,
  onBaseline,
}: {
  run: TrendRun;
  verdict: VerdictShown | undefined;
  baselineId: string | null;
  onBaseline: ((run: TrendRun) => Promise<void>) | null;
}) {
  const t = useWords();
  const say = useSay();
  return (
    <div
      data-chosen={run.id}
      className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-3 py-2.5 sm:min-h-14 sm:px-4"
    >
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex items-center gap-2 font-medium">
          <RunBadge state={run.state} verdict={verdict} />
          <span className="truncate" title={run.name}>
            {run.name}
          </span>
        </p>
        <p className="text-xs text-muted-foreground">
          <Time unixMs={run.startedAtMs} />
          {verdict && ` · ${say(saidOf(verdict.said))}`}
        </p>
      </div>
      {run.isBaseline && (
        <Badge tone="violet">
          <Flag aria-hidden className="size-3.5" />
          {t('trend.baseline')}
        </Badge>
      )}
      {run.regression && baselineId && (
        <StandingBadge standing={run.regression} href={compareHref([baselineId, run.id], baselineId)} />
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
            <Link href={compareHref([baselineId, run.id], baselineId)}>
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
