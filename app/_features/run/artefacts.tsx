'use client';

import { Download, FileX } from 'lucide-react';
import { artefactLimits } from '@/lib/model/artefact';
import { formatBytes, formatNumber } from '@/lib/words/format';
import { useAccess } from '@/app/_ui/access/provider';
import { useStore } from '@/app/_ui/charts/store';
import { api } from '@/app/_ui/data/api';
import { Cell, Table } from '@/app/_ui/table';
import { useLocale, useWords } from '@/app/_ui/words/provider';
import { AskedProblem } from '@/app/_ui/asked-problem';
import { type RunFeed } from './run-feed';
import { useAsked } from '@/app/_ui/data/use-asked';

/** The files that the script's `handleSummary` made; nothing where it made none, and in what others are shown. */
export function Artefacts({ feed }: { feed: RunFeed }) {
  const t = useWords();
  const locale = useLocale();
  const { mayRun } = useAccess();
  const run = useStore(feed.run);
  const asked = useAsked(
    (signal) => api('GET /api/runs/{id}/artefacts', { params: { id: run.id }, signal }),
    run.id,
    {
      wanted: !feed.source.readOnly && run.loadEndMs !== null,
      live: run.endedAtMs === null,
    },
  );
  if (asked.problem) return <AskedProblem problem={asked.problem} retry={asked.retry} />;
  const files = asked.data?.artefacts ?? [];
  if (files.length === 0) return null;
  return (
    <section>
      <h3 className="mb-1 text-sm font-semibold">{t('artefacts.title')}</h3>
      <p className="mb-2 max-w-prose text-xs text-muted-foreground">
        {t('artefacts.hint', {
          n: formatNumber(artefactLimits.kept, locale),
          size: formatBytes(artefactLimits.totalBytes, locale),
        })}
        {!mayRun && ` ${t('artefacts.runnersOnly')}`}
      </p>
      <Table
        label={t('artefacts.title')}
        head={[t('artefacts.name'), { label: t('artefacts.size'), numeric: true }, '']}
      >
        {files.map(({ name, bytes, kept }) => (
          <tr key={name}>
            <Cell className="font-mono text-xs break-all">{name}</Cell>
            <Cell numeric>{formatBytes(bytes, locale)}</Cell>
            <Cell>
              {!kept ? (
                <span className="inline-flex items-center gap-1.5 text-muted-foreground">
                  <FileX aria-hidden className="size-4" />
                  {t('artefacts.notKept')}
                </span>
              ) : (
                mayRun && (
                  <a
                    className="inline-flex items-center gap-1.5 underline underline-offset-2"
                    href={api.address('GET /api/runs/{id}/artefacts/{name}', {
                      params: { id: run.id, name },
                    })}
                    download
                    aria-label={t('artefacts.downloadOf', { name })}
                  >
                    <Download aria-hidden className="size-4" />
                    {t('artefacts.download')}
                  </a>
                )
              )}
            </Cell>
          </tr>
        ))}
      </Table>
    </section>
  );
}
