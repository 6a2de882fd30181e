import { useClock } from '@/app/_ui/charts/clock';
import { type ChartModel } from '@/app/_ui/charts/model';
import { useStore } from '@/app/_ui/charts/store';
import { type ChartView } from '@/app/_ui/charts/view';
import { IncidentTable } from '@/app/_ui/incidents/incident-table';
import { Cell, Table } from '@/app/_ui/table';
import { useLocale, useWords } from '@/app/_ui/words/provider';
import { formatMs } from '@/lib/words/format';

interface Row {
  id: string;
  sortMs: number;
  from: number;
  to: number;
  dueMs: number | null;
  seenMs: number | null;
  doneMs: number | null;
  lagMs: number | null;
}

/** The newest so many are shown. */
const most = 50;

function rowsOf({ matched, missed, unexpected, corrections }: ChartModel['correlation']): Row[] {
  return [
    ...matched.map(({ expected, observed, doneMs, lag }): Row => ({
      id: expected.id,
      sortMs: expected.atMs,
      from: expected.from,
      to: expected.to,
      dueMs: expected.atMs,
      seenMs: observed.atMs,
      doneMs,
      lagMs: lag.totalMs,
    })),
    ...missed.map(({ id, atMs, from, to }): Row => ({
      id,
      sortMs: atMs,
      from,
      to,
      dueMs: atMs,
      seenMs: null,
      doneMs: null,
      lagMs: null,
    })),
    ...[...unexpected, ...corrections].map(({ id, atMs, from, to, completeMs }): Row => ({
      id,
      sortMs: atMs,
      from,
      to,
      dueMs: null,
      seenMs: atMs,
      doneMs: completeMs,
      lagMs: null,
    })),
  ].sort((a, b) => b.sortMs - a.sortMs);
}

/** The scale events of a board, the newest first. */
export function BoardEvents({ model, view }: { model: ChartModel; view: ChartView }) {
  const t = useWords();
  const locale = useLocale();
  const clock = useClock(view, model.run);
  const opened = useStore(view.opened);
  const { correlation } = model;
  const incidents = correlation.incidents.toReversed().slice(0, most);
  const rows = rowsOf(correlation).slice(0, most);
  const at = (ms: number | null): string => (ms === null ? '–' : clock.tell(ms, true));
  return (
    <>
      {incidents.length > 0 && (
        <section className="panel mt-4 p-4 sm:p-5" aria-label={t('incidentPage.title')}>
          <h2 className="mb-3 text-sm font-semibold">{t('incidentPage.title')}</h2>
          <IncidentTable
            incidents={incidents}
            tell={(atMs) => clock.tell(atMs, true)}
            isOpen={(id) => id === opened}
            onToggle={(id) => view.opened.set(id === opened ? null : id)}
          />
        </section>
      )}
      <section className="panel mt-4 p-4 sm:p-5" aria-label={t('tabs.events')}>
        <h2 className="mb-3 text-sm font-semibold">{t('tabs.events')}</h2>
        {rows.length === 0 ? (
          <p className="text-muted-foreground">{t('events.none')}</p>
        ) : (
          <Table
            label={t('tabs.events')}
            head={[
              t('events.pods'),
              { label: t('events.expected'), numeric: true },
              { label: t('events.observed'), numeric: true },
              { label: t('events.complete'), numeric: true },
              { label: t('events.lag'), numeric: true },
            ]}
          >
            {rows.map(({ id, from, to, dueMs, seenMs, doneMs, lagMs }) => (
              <tr key={id}>
                <Cell heads className="tabular font-medium">
                  {t('events.change', { from, to })}
                </Cell>
                <Cell numeric>{at(dueMs)}</Cell>
                <Cell numeric>{at(seenMs)}</Cell>
                <Cell numeric>{at(doneMs)}</Cell>
                <Cell numeric>
                  {lagMs !== null && lagMs < 0
                    ? t('events.early', { time: formatMs(-lagMs, locale) })
                    : formatMs(lagMs, locale)}
                </Cell>
              </tr>
            ))}
          </Table>
        )}
      </section>
    </>
  );
}
