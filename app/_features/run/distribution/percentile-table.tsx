'use client';

import { type RequestUnit } from '@/lib/model/protocol';
import { histogramBounds } from '@/lib/statistics/histogram/bounds';
import { mean, quantile } from '@/lib/statistics/histogram/quantile';
import { formatMs, formatNumber } from '@/lib/words/format';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { Cell, Table } from '@/app/_ui/table';
import { shareName, shownShares } from './curve';
import { type Part } from './distribution-panel';

/** The parts' counts, means and percentiles in numbers; k6's own maximum where they are the `isWhole` run's requests. */
export function PercentileTable({
  parts,
  of,
  isWhole,
}: {
  parts: readonly Part[];
  of: RequestUnit;
  isWhole: boolean;
}) {
  const t = useWords();
  const locale = useLocale();

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
          <Cell numeric>{formatMs(mean(histogram) * 1000, locale)}</Cell>
          {shownShares.map((share) => (
            <Cell key={share} numeric>
              {/* Above it there is less than one request. */}
              {histogram.count * (1 - share) < 1 - 1e-9
                ? '–'
                : formatMs(quantile(histogram, share) * 1000, locale)}
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
