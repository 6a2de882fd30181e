'use client';

import { ChevronRight } from 'lucide-react';
import { Fragment, type ReactNode } from 'react';
import { type Culprit, type Incident } from '@/lib/model/incident';
import { type RequestUnit } from '@/lib/model/protocol';
import {
  culpritMessage,
  incidentLengthMs,
  incidentMessage,
  podsChange,
} from '@/lib/timeline/incident-message';
import { formatIncidentLength, formatNumber } from '@/lib/words/format';
import { Badge, type Tone } from '@/app/_ui/primitives/badge';
import { Cell, Table } from '@/app/_ui/table';
import { LogLink } from '@/app/_ui/log-links';
import { useLocale, useWords } from '@/app/_ui/words/provider';
import { useSay } from '@/app/_ui/words/use-say';
import { PartsBar, PartsList } from './parts-list';

const blamesNobody: ReadonlySet<Culprit['kind']> = new Set<Culprit['kind']>([
  'unclear',
  'as-set',
  'normal-start',
]);

/** How a culprit is told: what the settings ask for, what starts as pods do and what cannot be told blame nobody. */
const culpritTone = ({ kind }: Culprit): Tone =>
  blamesNobody.has(kind) ? 'neutral' : kind === 'did-not-see' ? 'warning' : 'danger';

/** The incidents of a run or a board, each with what happened in it below when it is open. */
export function IncidentTable({
  incidents,
  unit,
  tell,
  isOpen,
  onToggle,
  children,
}: {
  incidents: readonly Incident[];
  /** What the requests of the run are. */
  unit: RequestUnit;
  /** A moment of the run's clock in words. */
  tell: (atMs: number) => string;
  isOpen: (id: string) => boolean;
  onToggle: (id: string) => void;
  /** What is below an open one's own words. */
  children?: (incident: Incident) => ReactNode;
}) {
  const t = useWords();
  const locale = useLocale();
  const head = [
    { label: t('incidentPage.at'), numeric: true },
    { label: t('incidentPage.load'), numeric: true },
    { label: t('incidentPage.pods'), numeric: true },
    { label: t('incidentPage.length'), numeric: true },
    { label: t('incidentPage.where') },
    { label: t('incidentPage.cost'), numeric: true },
    { label: t('incidentPage.culprit') },
  ];
  return (
    <Table label={t('incidentPage.title')} head={head} stacked>
      {incidents.map((incident) => {
        const { id, kind, startMs, load, culprit } = incident;
        const { from, due } = podsChange(incident);
        const open = isOpen(id);
        return (
          <Fragment key={id}>
            <tr
              data-incident-row={id}
              aria-selected={open}
              onClick={() => onToggle(id)}
              className="cursor-pointer hover:bg-muted/60 aria-selected:bg-muted"
            >
              <Cell numeric>
                <button
                  type="button"
                  aria-expanded={open}
                  aria-label={t('incidentPage.open', { at: tell(startMs) })}
                  className="inline-flex items-center gap-1"
                >
                  <ChevronRight className={open ? 'size-3.5 rotate-90' : 'size-3.5'} />
                  <span className="underline decoration-border-strong underline-offset-4">
                    {tell(startMs)}
                  </span>
                </button>
              </Cell>
              <Cell numeric>
                {load ? `${loadText(load.from, locale)} → ${loadText(load.to, locale)}` : '–'}
              </Cell>
              <Cell numeric className="font-medium">
                {t('events.change', { from, to: due })}
              </Cell>
              <Cell numeric className="font-semibold">
                {formatIncidentLength(incidentLengthMs(incident), locale)}
              </Cell>
              <Cell className="max-sm:w-full">
                <PartsBar incident={incident} className="w-full min-w-32" />
              </Cell>
              <Cell numeric>{costText(incident, t, locale)}</Cell>
              <Cell>
                <Badge tone={culpritTone(culprit)}>
                  {kind === 'idle' && culprit.kind !== 'as-set'
                    ? `${t('incidentPage.kind', { kind })} · `
                    : ''}
                  {t(`incidents.culprit-${culprit.kind}`)}
                </Badge>
              </Cell>
            </tr>
            {open && (
              <tr data-incident-open={id}>
                <td colSpan={head.length} className="px-3 py-4 whitespace-normal sm:px-5">
                  <IncidentWords incident={incident} unit={unit} />
                  <IncidentLogs incident={incident} />
                  <div className="mt-4">
                    <PartsList incident={incident} />
                  </div>
                  {children?.(incident)}
                </td>
              </tr>
            )}
          </Fragment>
        );
      })}
    </Table>
  );
}

/** Leads to the logs of an incident, a little before it and after. */
export function IncidentLogs({ incident: { startMs, endMs, revision } }: { incident: Incident }) {
  return (
    <p className="mt-2 text-sm empty:hidden">
      <LogLink fromMs={startMs} toMs={endMs} revision={revision} marginMs={logMarginMs} />
    </p>
  );
}

const logMarginMs = 5000;

/** What happened and whose it was, in sentences. */
export function IncidentWords({ incident, unit }: { incident: Incident; unit: RequestUnit }) {
  const t = useWords();
  const say = useSay();
  return (
    <div className="max-w-4xl space-y-2 text-sm leading-relaxed whitespace-normal">
      <p data-incident-sentence>{say(incidentMessage(incident, unit))}</p>
      <p data-incident-culprit>
        <span className="text-muted-foreground">{t('incidentPage.culprit')}</span>{' '}
        {say(culpritMessage(incident))}
      </p>
    </div>
  );
}

function loadText(value: number, locale: ReturnType<typeof useLocale>): string {
  return formatNumber(value < 10 ? Math.round(value * 10) / 10 : Math.round(value), locale);
}

function costText(
  { slow, idle }: Incident,
  t: ReturnType<typeof useWords>,
  locale: ReturnType<typeof useLocale>,
): string {
  if (idle) return t('incidentPage.idle', { n: formatNumber(Math.round(idle.podSeconds), locale) });
  return slow ? t('incidentPage.slow', { n: formatNumber(slow.count, locale) }) : '–';
}
