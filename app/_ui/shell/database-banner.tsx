'use client';

import { TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import { api } from '@/app/_ui/data/api';
import { useWords } from '@/app/_ui/words/provider';
import { type ApiAnswer } from '@/lib/api/client';

type DatabaseState = ApiAnswer<'GET /api/status'>['database'];

const askAgainMs = 5000;

/** Says on every page while the database cannot be written: nothing that is done now is kept. */
export function DatabaseBanner() {
  const t = useWords();
  const [state, setState] = useState<DatabaseState>({ writable: true });
  useEffect(() => {
    const gone = new AbortController();
    const ask = (): void => {
      if (document.hidden) return;
      // A dashboard that does not answer is told by what the page asks for itself.
      api('GET /api/status', { signal: gone.signal }).then(
        ({ database }) => setState(database),
        () => undefined,
      );
    };
    ask();
    const timer = setInterval(ask, askAgainMs);
    return () => {
      clearInterval(timer);
      gone.abort();
    };
  }, []);
  if (state.writable) return null;
  return (
    <p
      role="alert"
      className="flex items-center gap-2 border-t bg-danger-soft px-4 py-2 text-sm text-danger sm:px-6"
    >
      <TriangleAlert className="size-4 shrink-0" aria-hidden />
      {t('common.databaseUnwritable', { reason: t(`common.databaseReasons.${state.why}`) })}
    </p>
  );
}
