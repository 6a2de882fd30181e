'use client';

import { useMemo, useState } from 'react';
import { paretoFront, type ReplayFigures, type SweepPoint, type WhatIfSettings } from '@/lib/whatif';
import { Badge } from '@/app/_ui/primitives/badge';
import { Button } from '@/app/_ui/primitives/button';
import { Segmented } from '@/app/_ui/primitives/tabs';
import { formatLength, formatMs, formatNumber } from '@/lib/words/format';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { Cell, Table } from '@/app/_ui/table';
import { ParetoPlot } from './pareto-plot';
import { suggestedPoint } from './suggested';
import { type Against, type CountedPoint, settingsWords, weighedPoints } from './sweep-point';

const mostRows = 12;

/** A sweep's points as a plot, with the front and the suggestion also as a table for keys and screen readers. */
export function SweepResult({
  points,
  own,
  typed,
  onOpen,
}: {
  points: readonly SweepPoint[];
  own: ReplayFigures;
  /** What was typed above: one of the configurations that are weighed. */
  typed: CountedPoint | null;
  onOpen: (settings: WhatIfSettings) => void;
}) {
  const t = useWords();
  const locale = useLocale();

  const [against, setAgainst] = useState<Against>('underCapacitySeconds');
  const [opened, setOpened] = useState<number | null>(null);
  const counted = useMemo(() => weighedPoints(points, typed), [points, typed]);
  const front = useMemo(() => paretoFront(counted, 'podSeconds', against), [counted, against]);
  const best = useMemo(() => suggestedPoint(front, own, against), [front, own, against]);
  const open = (point: CountedPoint): void => {
    setOpened(point.index);
    onOpen(point.settings);
  };
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
      <Table
        label={t('whatif.sweep.table')}
        className="mt-1 rounded-lg border"
        head={[
          t('whatif.settings'),
          { label: t('whatif.table.podSeconds'), numeric: true },
          { label: t('whatif.sweep.underCapacitySeconds'), numeric: true },
          { label: t('whatif.sweep.p99WaitMs'), numeric: true },
          { key: 'open', label: <span className="sr-only">{t('whatif.sweep.open')}</span> },
        ]}
      >
        {front.slice(0, mostRows).map((point) => (
          <tr key={point.index} data-front className={point.index === opened ? 'bg-muted' : ''}>
            <Cell heads>
              {settingsWords(point.settings, t)}{' '}
              {point === best && <Badge tone="success">{t('whatif.sweep.best')}</Badge>}{' '}
              {point === typed && <Badge>{t('whatif.sweep.typed')}</Badge>}
            </Cell>
            <Cell numeric>{formatNumber(point.figures.podSeconds, locale)}</Cell>
            <Cell numeric>{formatLength(point.figures.underCapacitySeconds * 1000, t)}</Cell>
            <Cell numeric>{formatMs(point.figures.waitMs.p99, locale)}</Cell>
            <Cell className="text-right">
              <Button size="sm" onClick={() => open(point)}>
                {t('whatif.sweep.open')}
              </Button>
            </Cell>
          </tr>
        ))}
      </Table>
      {front.length > mostRows && (
        <p className="mt-1 text-xs text-muted-foreground">
          {t('whatif.sweep.share', { n: formatNumber(mostRows, locale) })}
        </p>
      )}
    </div>
  );
}
