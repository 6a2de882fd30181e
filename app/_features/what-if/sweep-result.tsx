'use client';

import { useMemo, useState } from 'react';
import { paretoFront, type ReplayFigures, type SweepPoint, type WhatIfSettings } from '@/lib/whatif';
import { Badge } from '@/app/_ui/primitives/badge';
import { Button } from '@/app/_ui/primitives/button';
import { Segmented } from '@/app/_ui/primitives/tabs';
import { formatLength, formatMs, formatNumber } from '@/lib/words/format';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { ParetoPlot } from './pareto-plot';
import { suggestedPoint } from './suggested';
import { type Against, type CountedPoint, settingsWords } from './sweep-point';

const mostRows = 12;

/** A sweep's points as a plot, with the front and the suggestion also as a table for keys and screen readers. */
export function SweepResult({
  points,
  own,
  onOpen,
}: {
  points: readonly SweepPoint[];
  own: ReplayFigures;
  onOpen: (settings: WhatIfSettings) => void;
}) {
  const t = useWords();
  const locale = useLocale();

  const [against, setAgainst] = useState<Against>('underCapacitySeconds');
  const [opened, setOpened] = useState<number | null>(null);
  const counted = useMemo(() => points.flatMap((point) => ('figures' in point ? [point] : [])), [points]);
  const front = useMemo(() => paretoFront(counted, 'podSeconds', against), [counted, against]);
  const best = useMemo(() => suggestedPoint(front, own, against), [front, own, against]);
  const open = (point: CountedPoint): void => {
    setOpened(point.index);
    onOpen(point.settings);
  };
  const cell = 'tabular h-9 px-3 text-right whitespace-nowrap';
  return (
    <div className="mt-4 border-t pt-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="text-[13px] font-semibold">{t('whatif.sweep.plot')}</h3>
        <Segmented<Against>
          label={t('whatif.sweep.against')}
          value={against}
          onChange={setAgainst}
          options={[
            { value: 'underCapacitySeconds', label: t('whatif.sweep.underCapacitySeconds') },
            { value: 'p99WaitMs', label: t('whatif.sweep.p99WaitMs') },
          ]}
        />
      </div>
      <ParetoPlot points={counted} front={front} best={best} own={own} against={against} onOpen={open} />
      <p className="mt-1 text-xs text-muted-foreground">{t('whatif.sweep.bestText')}</p>
      <p role="status" className="min-h-5 text-xs text-success">
        {opened === null ? '' : t('whatif.sweep.opened')}
      </p>
      <h3 className="mt-2 text-[13px] font-semibold">{t('whatif.sweep.table')}</h3>
      <div
        role="region"
        tabIndex={0}
        aria-label={t('whatif.sweep.table')}
        className="relative mt-1 overflow-x-auto rounded-lg border"
      >
        <table className="w-full text-[13px]">
          <thead>
            <tr className="border-b text-xs text-muted-foreground">
              <th scope="col" className="h-9 px-3 text-left font-medium">
                {t('whatif.settings')}
              </th>
              <th scope="col" className={cell}>
                {t('whatif.table.podSeconds')}
              </th>
              <th scope="col" className={cell}>
                {t('whatif.sweep.underCapacitySeconds')}
              </th>
              <th scope="col" className={cell}>
                {t('whatif.sweep.p99WaitMs')}
              </th>
              <th scope="col" className="px-3">
                <span className="sr-only">{t('whatif.sweep.open')}</span>
              </th>
            </tr>
          </thead>
          <tbody className="[&_tr]:border-b [&_tr:last-child]:border-0">
            {front.slice(0, mostRows).map((point) => (
              <tr key={point.index} data-front className={point.index === opened ? 'bg-muted' : ''}>
                <th scope="row" className="h-9 px-3 text-left font-normal">
                  {settingsWords(point.settings, t)}{' '}
                  {point === best && <Badge tone="success">{t('whatif.sweep.best')}</Badge>}
                </th>
                <td className={cell}>{formatNumber(point.figures.podSeconds, locale)}</td>
                <td className={cell}>{formatLength(point.figures.underCapacitySeconds * 1000, t)}</td>
                <td className={cell}>{formatMs(point.figures.waitMs.p99, locale)}</td>
                <td className="px-3 text-right">
                  <Button size="sm" onClick={() => open(point)}>
                    {t('whatif.sweep.open')}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {front.length > mostRows && (
        <p className="mt-1 text-xs text-muted-foreground">
          {t('whatif.sweep.share', { n: formatNumber(mostRows, locale) })}
        </p>
      )}
    </div>
  );
}
