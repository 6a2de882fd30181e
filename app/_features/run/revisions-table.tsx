'use client';

import { type Correlation } from '@/lib/timeline/correlate';
import { revisionFigures } from '@/lib/timeline/revision-figures';
import { revisionColumns, revisionText } from '@/lib/words/revision-text';
import { Cell, Table } from '@/app/_ui/table';
import { useLocale, useWords } from '@/app/_ui/words/provider';

/** What each revision had; nothing where there was one. */
export function RevisionsTable({ correlation }: { correlation: Omit<Correlation, 'pods'> }) {
  const t = useWords();
  const locale = useLocale();
  const revisions = revisionFigures(correlation);
  if (revisions.length === 0) return null;
  return (
    <section>
      <h3 className="mb-2 text-xs font-medium text-muted-foreground">{t('revisions.title')}</h3>
      <Table
        label={t('revisions.title')}
        head={[
          { label: t('revisions.revision') },
          ...revisionColumns.map((column) => ({ label: t(`revisions.${column}`), numeric: true })),
        ]}
      >
        {revisions.map((figures) => (
          <tr key={figures.revision}>
            <Cell heads className="max-w-60 truncate font-mono text-xs font-medium" title={figures.revision}>
              {figures.revision}
            </Cell>
            {revisionColumns.map((column) => (
              <Cell key={column} numeric>
                {revisionText(figures, column, locale, t)}
              </Cell>
            ))}
          </tr>
        ))}
      </Table>
    </section>
  );
}
