import { useClock } from '@/app/_ui/charts/clock';
import { incidentWith } from '@/app/_ui/charts/lane-incidents';
import { type ChartModel } from '@/app/_ui/charts/model';
import { unitOf } from '@/lib/model/protocol';
import { shortRevision } from '@/lib/timeline/one-revision';
import { useStore } from '@/app/_ui/charts/store';
import { type ChartView } from '@/app/_ui/charts/view';
import { IncidentEvents } from '@/app/_ui/incidents/incident-events';
import { IncidentTable } from '@/app/_ui/incidents/incident-table';
import { Cell, Table } from '@/app/_ui/table';
import { useLocale, useWords } from '@/app/_ui/words/provider';
import { scaleEventRows, type ScaleOutcome } from '@/lib/timeline/scale-event-rows';
import { printedLag } from '@/lib/timeline/printed-lag';
import { formatIncidentLength } from '@/lib/words/format';

/** The newest so many are shown. */
const most = 50;

/** What was taken back or was so already is no event to look at. */
const quiet: readonly ScaleOutcome[] = ['superseded', 'met', 'lost'];

/** The incidents of a board, each with its scale events when it is open, and below them the events in none; the newest first. */
export function BoardEvents({ model, view }: { model: ChartModel; view: ChartView }) {
  const t = useWords();
  const clock = useClock(view, model.run);
  const opened = useStore(view.opened);
  const { correlation } = model;
  const incidents = correlation.incidents.toReversed().slice(0, most);
  const rows = scaleEventRows(correlation)
    .filter(({ outcome }) => !quiet.includes(outcome))
    .reverse();
  const outside = rows.filter(({ id }) => incidentWith(correlation, id) === null).slice(0, most);
  const tell = (atMs: number): string => clock.tell(atMs, true);
  const service = model.run.service.name;
  return (
    <>
      {incidents.length > 0 && (
        <section className="panel mt-4 p-4 sm:p-5" aria-label={t('incidentPage.title')}>
          <h2 className="mb-3 text-sm font-semibold">{t('incidentPage.title')}</h2>
          <IncidentTable
            incidents={incidents}
            unit={unitOf(model.run.protocols)}
            tell={tell}
            isOpen={(id) => id === opened}
            onToggle={(id) => view.opened.set(id === opened ? null : id)}
          >
            {({ eventIds }) => (
              <IncidentEvents rows={rows} eventIds={eventIds}>
                {(own) => <EventRows rows={own} tell={tell} service={service} />}
              </IncidentEvents>
            )}
          </IncidentTable>
        </section>
      )}
      {(outside.length > 0 || incidents.length === 0) && (
        <section className="panel mt-4 p-4 sm:p-5" aria-label={t('tabs.events')}>
          <h2 className="mb-3 text-sm font-semibold">
            {t(incidents.length > 0 ? 'incidentPage.outside' : 'tabs.events')}
          </h2>
          {outside.length === 0 ? (
            <p className="text-muted-foreground">{t('events.none')}</p>
          ) : (
            <EventRows rows={outside} tell={tell} service={service} />
          )}
        </section>
      )}
    </>
  );
}

function EventRows({
  rows,
  tell,
  service,
}: {
  rows: ReturnType<typeof scaleEventRows>;
  tell: (atMs: number) => string;
  service: string;
}) {
  const t = useWords();
  const locale = useLocale();
  const isByRevision = rows.some(({ revision }) => revision !== null);
  const at = (ms: number | null): string => (ms === null ? '–' : tell(ms));
  const lagOf = (beganMs: number, ofMs: number | null): string => {
    const { totalMs } = printedLag(beganMs, { totalMs: ofMs, parts: [] });
    return totalMs !== null && totalMs < 0
      ? t('events.early', { time: formatIncidentLength(-totalMs, locale) })
      : formatIncidentLength(totalMs, locale);
  };
  return (
    <Table
      label={t('tabs.events')}
      head={[
        ...(isByRevision ? [t('revisions.revision')] : []),
        t('events.pods'),
        { label: t('events.expected'), numeric: true },
        { label: t('events.observed'), numeric: true },
        { label: t('events.complete'), numeric: true },
        { label: t('events.lag'), numeric: true },
      ]}
    >
      {rows.map(({ id, revision, dueMs, seenMs, doneMs, totalMs, ...pods }) => (
        <tr key={id}>
          {isByRevision && (
            <Cell className="max-w-40 truncate font-mono text-xs" title={revision ?? undefined}>
              {revision === null ? '–' : shortRevision(revision, service)}
            </Cell>
          )}
          <Cell heads className="tabular font-medium">
            {t('events.change', {
              from: pods.dueFrom ?? pods.seenFrom ?? 0,
              to: pods.dueTo ?? pods.seenTo ?? 0,
            })}
          </Cell>
          <Cell numeric>{at(dueMs)}</Cell>
          <Cell numeric>{at(seenMs)}</Cell>
          <Cell numeric>{at(doneMs)}</Cell>
          <Cell numeric>{lagOf(dueMs ?? seenMs ?? 0, totalMs)}</Cell>
        </tr>
      ))}
    </Table>
  );
}
