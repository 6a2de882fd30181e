'use client';

import { Select } from '@/app/_ui/primitives/field';
import { useWords } from '@/app/_ui/words/provider';

/** Whose demand of a run with several revisions is replayed: one's, or all of theirs together. */
export function RevisionChoice({
  revisions,
  chosen,
  onChoose,
}: {
  revisions: readonly string[];
  chosen: string | null;
  onChoose?: ((revision: string | null) => void) | undefined;
}) {
  const t = useWords();
  return (
    <div className="panel flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3">
      <label htmlFor="what-if-revision" className="text-sm font-semibold">
        {t('revisions.revision')}
      </label>
      <Select
        id="what-if-revision"
        className="w-full sm:w-72"
        value={chosen ?? ''}
        onChange={({ target }) => onChoose?.(target.value || null)}
      >
        <option value="">{t('whatif.allRevisions')}</option>
        {revisions.map((revision) => (
          <option key={revision} value={revision}>
            {revision}
          </option>
        ))}
      </Select>
      <p className="min-w-0 flex-1 basis-60 text-xs text-muted-foreground">
        {t(chosen === null ? 'whatif.allRevisionsHint' : 'whatif.oneRevisionHint')}
      </p>
    </div>
  );
}
