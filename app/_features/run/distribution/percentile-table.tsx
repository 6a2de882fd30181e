'use client';

import { type RequestUnit } from '@/lib/model/protocol';
import { histogramBounds } from '@/lib/statistics/histogram/bounds';
import { mean, quantile } from '@/lib/statistics/histogram/quantile';
import { formatMs, formatNumber } from '@/lib/words/format';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { Cell, Table } from '@/app/_ui/table';
import { shareName, shownShares } from './curve';
import { type Part } from './distribution-panel';

/** The parts' counts, means and percentiles in numbers; k6's own where they are the `isWhole` run's requests and it told them. */
export function PercentileTable({
  parts,
  of,
  isWhole,
  summary,
}: {
  parts: readonly Part[];
  of: RequestUnit;
  isWhole: boolean;
  /** k6's figures of the metric by its own names, ms; left out: it told none. */
  summary: Readonly<Record<string, number>> | undefined;
}) {
  const t = useWords();
  const locale = useLocale();
  const known = isWhole && parts.length === 1 ? summary : undefined;
  return (
    <Table
      label={t('review.distribution.percentiles')}
      head={[
        { label: '' },
        { label: t('review.distribution.count', { unit: of }), numeric: true },
        { label: t('review.distribution.mean'), numeric: true },
        ...shownShares.map((share) => ({ label: shareName(share), numeric: true })),
        { label: t('review.distribution.max'), numeric: true },
      ]}
    >
      {parts.map(({ name, histogram }) => (
        <tr key={name} data-part={name}>
          <Cell className="max-w-56 truncate font-medium" title={name}>
            {name}
          </Cell>
          <Cell numeric>{formatNumber(histogram.count, locale)}</Cell>
          <Cell numeric>{formatMs(known?.avg ?? mean(histogram) * 1000, locale)}</Cell>
          {shownShares.map((share) => (
            <Cell key={share} numeric>
              {/* Above it there is less than one request. */}
              {histogram.count * (1 - share) < 1 - 1e-9
                ? '–'
                : formatMs(percentileMs(histogram, share, known), locale)}
            </Cell>
          ))}
          <Cell numeric>
            {isWhole && parts.length === 1 && histogram.atMost !== undefined ? '' : '≤ '}
            {formatMs((histogramBounds(histogram)?.max ?? Number.NaN) * 1000, locale)}
          </Cell>
        </tr>
      ))}
    </Table>
  );
}

/** k6's own value; else that of the histogram, between those that k6 told, so that a row never falls. */
function percentileMs(
  histogram: Part['histogram'],
  share: number,
  known: Readonly<Record<string, number>> | undefined,
): number {
  const told = (of: number): number | undefined => known?.[`p(${of * 100})`];
  const below = shownShares.filter((of) => of < share).map((of) => told(of) ?? 0);
  const above = shownShares.filter((of) => of > share).map((of) => told(of) ?? Infinity);
  return told(share) ?? Math.min(Math.max(quantile(histogram, share) * 1000, ...below), ...above);
}
