'use client';

import { type Comparison } from '@/lib/comparing/comparison';
import { revisionColumns, revisionText } from '@/lib/words/revision-text';
import { useLocale, useWords } from '@/app/_ui/words/provider';
import { revisionsBeside } from './revisions-beside';
import { RunTable } from './run-table';

/** What each revision had in each run, where several of the runs had several. */
export function RevisionsTable({ comparison: { runs } }: { comparison: Comparison }) {
  const t = useWords();
  const locale = useLocale();
  const beside = revisionsBeside(runs);
  if (beside === null) return null;
  return (
    <section aria-label={t('revisions.title')} className="panel">
      <h2 className="px-3 pt-3 pb-2 text-[15px] font-semibold sm:px-4">{t('revisions.title')}</h2>
      <RunTable
        label={t('revisions.title')}
        first={t('revisions.revision')}
        runs={runs}
        className="max-h-[56rem]"
      >
        {beside.map((names, i) => [
          <RevisionHead key={i} names={names} />,
          ...revisionColumns.map((column) => (
            <tr key={`${i} ${column}`}>
              <th scope="row" className="px-3 py-1.5 text-left font-normal text-muted-foreground sm:px-4">
                {t(`revisions.${column}`)}
              </th>
              {runs.map((run, at) => {
                const own = run.revisions.find(({ revision }) => revision === names[at]);
                return (
                  <td key={run.id} className="tabular px-3 py-1.5">
                    {own ? revisionText(own, column, locale, t) : '–'}
                  </td>
                );
              })}
            </tr>
          )),
        ])}
      </RunTable>
    </section>
  );
}

/** The revision that each run's column is about until the next such row. */
export function RevisionHead({ names }: { names: readonly (string | null)[] }) {
  const t = useWords();
  return (
    <tr className="bg-muted/50">
      <th scope="row" className="px-3 py-2 text-left text-xs font-semibold sm:px-4">
        {t('revisions.revision')}
      </th>
      {names.map((name, i) => (
        <td
          key={i}
          className="max-w-52 truncate px-3 py-2 font-mono text-xs font-semibold"
          title={name ?? undefined}
        >
          {name ?? '–'}
        </td>
      ))}
    </tr>
  );
}
