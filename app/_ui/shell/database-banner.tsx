'use client';

import { TriangleAlert } from 'lucide-react';
import { api } from '@/app/_ui/data/api';
import { useAsked } from '@/app/_ui/data/use-asked';
import { useWords } from '@/app/_ui/words/provider';

/** Says on every page while the database cannot be written: nothing that is done now is kept. */
export function DatabaseBanner() {
  const t = useWords();
  // A dashboard that does not answer is told by what the page asks for itself.
  const { data } = useAsked((signal) => api('GET /api/status', { signal }), 'status', { live: true });
  if (!data || data.database.writable) return null;
  return (
    <p
      role="alert"
      className="flex items-center gap-2 border-t bg-danger-soft px-4 py-2 text-sm text-danger sm:px-6"
    >
      <TriangleAlert className="size-4 shrink-0" aria-hidden />
      {t('common.databaseUnwritable', { reason: t(`common.databaseReasons.${data.database.why}`) })}
    </p>
  );
}
