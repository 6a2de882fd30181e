import { type ReactNode } from 'react';
import { useWords } from '@/app/_ui/words/provider';

/** The scale events inside an opened incident, of all `rows`; nothing where it has none. `children` draws them. */
export function IncidentEvents<Row extends { id: string }>({
  rows,
  eventIds,
  children,
}: {
  rows: readonly Row[];
  eventIds: readonly string[];
  children: (own: Row[]) => ReactNode;
}) {
  const t = useWords();
  const own = rows.filter(({ id }) => eventIds.includes(id));
  if (own.length === 0) return null;
  return (
    <section className="mt-5">
      <h3 className="mb-2 text-xs font-medium text-muted-foreground">{t('incidentPage.events')}</h3>
      {children(own)}
    </section>
  );
}
