'use client';

import { type ArchiveTaken } from '@/lib/model/script-files';
import { useWords } from './words/provider';

/** What of an archive of k6's is taken beside its files. `isSaved`: it becomes a stored script, which has no variables. */
export function ArchiveNote({
  archive: { options, env, envLeftOut },
  isSaved = false,
}: {
  archive: ArchiveTaken;
  isSaved?: boolean;
}) {
  const t = useWords();
  const names = Object.keys(env);
  const said = [
    options === null ? t('newRun.archive.noOptions') : t('newRun.archive.options', { path: options }),
    ...(names.length > 0
      ? [t(isSaved ? 'newRun.archive.notSaved' : 'newRun.archive.variables', { names: names.join(', ') })]
      : []),
    ...(envLeftOut.length > 0 && !isSaved
      ? [t('newRun.archive.leftOut', { names: envLeftOut.join(', ') })]
      : []),
  ];
  return (
    <div className="rounded-lg border bg-muted/40 px-3.5 py-2.5 text-xs" role="status" data-archive>
      <p className="font-semibold">{t('newRun.archive.title')}</p>
      <ul className="mt-1 list-disc space-y-0.5 pl-4 break-words text-muted-foreground">
        {said.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
    </div>
  );
}
