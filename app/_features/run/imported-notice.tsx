'use client';

import { FileInput } from 'lucide-react';
import { type RequestUnit, unitOf } from '@/lib/model/protocol';
import { importFactsOf, type FortioHistogram } from '@/lib/model/import-facts';
import { type Run } from '@/lib/model/run';
import { formatMs, formatNumber, formatShare } from '@/lib/words/format';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { Cell, Table } from '@/app/_ui/table';

/** Where an imported run comes from, what its file lacks, and Fortio's buckets as they are. */
export function ImportedNotice({ run }: { run: Run }) {
  const t = useWords();
  const facts = importFactsOf(run.options);
  if (!facts) return null;

  return (
    <section data-imported={facts.format} className="panel mb-4 px-4 py-3 text-sm">
      <h2 className="flex flex-wrap items-center gap-x-2 font-semibold">
        <FileInput aria-hidden className="size-4 text-muted-foreground" />
        {t('exports.imported.title', { tool: t(`exports.import.formats.${facts.format}`) })}
        <span className="min-w-0 font-mono text-xs font-normal break-all text-muted-foreground">
          {facts.file}
        </span>
      </h2>
      <ul className="mt-1.5 list-disc space-y-0.5 pl-5">
        {facts.notes
          .filter((note) => note !== 'no-start')
          .map((note) => (
            <li key={note}>{t(`exports.import.notes.${note}`)}</li>
          ))}
      </ul>
      {Object.keys(facts.settings).length > 0 && (
        <dl className="mt-2 flex flex-wrap gap-x-5 gap-y-0.5 text-xs">
          {Object.entries(facts.settings).map(([name, value]) => (
            <div key={name} className="flex gap-1.5">
              <dt className="text-muted-foreground">{name}</dt>
              <dd className="font-mono break-all">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {facts.histogram && <Buckets histogram={facts.histogram} unit={unitOf(run.protocols)} />}
    </section>
  );
}

function Buckets({ histogram, unit }: { histogram: FortioHistogram; unit: RequestUnit }) {
  const t = useWords();
  const locale = useLocale();

  const most = Math.max(...histogram.Data.map(({ Count }) => Count));
  return (
    <div className="mt-3 max-w-2xl">
      <h3 className="text-xs font-medium text-muted-foreground">
        {t('exports.imported.buckets')}. {t('exports.imported.bucketsHint')}
      </h3>
      <Table
        label={t('exports.imported.buckets')}
        className="mt-1.5 max-h-80"
        head={[
          { label: t('exports.imported.from'), numeric: true },
          { label: t('exports.imported.to'), numeric: true },
          { label: t('exports.imported.count', { unit }), numeric: true },
          { label: '' },
          { label: t('exports.imported.share'), numeric: true },
        ]}
      >
        {histogram.Data.map(({ Start, End, Count, Percent }) => (
          <tr key={Start}>
            <Cell numeric>{formatMs(Start * 1000, locale)}</Cell>
            <Cell numeric>{formatMs(End * 1000, locale)}</Cell>
            <Cell numeric>{formatNumber(Count, locale)}</Cell>
            <Cell className="w-full min-w-24">
              <div
                aria-hidden
                className="h-2.5 rounded-sm bg-[var(--data-p50)]"
                style={{ width: `${(Count / most) * 100}%`, minWidth: 2 }}
              />
            </Cell>
            <Cell numeric>{formatShare(Percent / 100, locale)}</Cell>
          </tr>
        ))}
      </Table>
    </div>
  );
}
