'use client';

import { type Incident } from '@/lib/model/incident';
import { incidentLengthMs, podsChange } from '@/lib/timeline/incident-message';
import { formatIncidentLength } from '@/lib/words/format';
import { partLooks } from '@/app/_ui/incidents/part-looks';
import { cn } from '@/app/_ui/cn';
import { useLocale, useWords } from '@/app/_ui/words/provider';
import { useClock } from './clock';
import { placeLabels, rowsOfBars } from './lane-incidents';
import { type ChartModel, type TimeRange } from './model';
import { plotLeft } from './axes';
import { type ChartView } from './view';

/** A bar, and its label below. */
export const barsHeight = 40;
const barTop = 5;
const barHeight = 14;
const pixelsPerLetter = 6.4;
/** More revisions that are short at one time are not told apart in so low a bar. */
const mostRows = 3;
const pixelsPerSign = 11.5;
/** However long pods were idle, an incident in which they were missing is labelled first. */
const longest = Number.MAX_SAFE_INTEGER / 2;

/** One bar an incident on the charts' time axis, with its parts; a click opens it. */
export function IncidentBars({
  model,
  range,
  view,
  plot,
  x,
  opened,
}: {
  model: ChartModel;
  range: TimeRange;
  view: ChartView;
  /** The plot's width, px. */
  plot: number;
  x: (atMs: number) => number;
  opened: ReadonlySet<string>;
}) {
  const t = useWords();
  const locale = useLocale();
  const clock = useClock(view, model.run);
  const edges = { fromPx: plotLeft, toPx: plotLeft + plot };
  const inside = (atMs: number): number => Math.min(edges.toPx, Math.max(edges.fromPx, x(atMs)));
  const incidents = model.correlation.incidents.filter(
    ({ startMs, endMs }) => endMs >= range.fromMs && startMs <= range.toMs,
  );
  const lengthOf = (incident: Incident): string => formatIncidentLength(incidentLengthMs(incident), locale);
  const labelOf = (incident: Incident): string =>
    t('incidentPage.label', {
      ...podsChange(incident),
      time: lengthOf(incident),
      culprit: t(`incidents.culprit-${incident.culprit.kind}`),
    });
  const textsOf = (incident: Incident): string[] => {
    const time = lengthOf(incident);
    return [labelOf(incident), t('incidentPage.shortLabel', { ...podsChange(incident), time }), time];
  };
  const labels = placeLabels(
    incidents.map((incident) => ({
      fromPx: inside(incident.startMs),
      labelsPx: textsOf(incident).map(widthOf),
      weight: incident.kind === 'short' ? longest + incident.durationMs : incident.durationMs,
      isMinor: incident.kind === 'idle',
    })),
    edges,
  );
  // Of several revisions some may be short at one time.
  const rows = isOfRevisions(incidents)
    ? rowsOfBars(
        incidents.map(({ startMs, endMs }) => ({ fromPx: startMs, toPx: endMs })),
        mostRows,
      )
    : [];
  const rowHeight = barHeight / Math.max(1, ...rows.map((row) => row + 1));
  const toggle = (id: string): void => {
    const isOpen = opened.has(id);
    view.opened.set(isOpen ? null : id);
    view.selected.set(isOpen ? null : id);
  };
  return incidents.map((incident, i) => {
    const { id, kind, startMs, endMs, isUnclear, parts } = incident;
    const [fromPx, toPx] = [inside(startMs), inside(endMs)];
    const nextPx = incidents[i + 1] && rows.length === 0 ? inside(incidents[i + 1]!.startMs) : Infinity;
    const widthPx = Math.max(toPx - fromPx, Math.min(4, Math.max(1, nextPx - fromPx)));
    const label = labels[i];
    const name = t('incidentPage.bar', {
      at: clock.tell(startMs, true),
      label: labelOf(incident),
      kind,
    });
    return (
      <div key={id} data-incident={id} data-incident-kind={kind}>
        <button
          type="button"
          aria-label={name}
          aria-expanded={opened.has(id)}
          title={name}
          onClick={() => toggle(id)}
          className={cn(
            'absolute overflow-hidden rounded-[4px] bg-card ring-1 ring-inset before:absolute before:-inset-y-1.5 before:inset-x-0',
            kind === 'short' && !isUnclear ? 'ring-danger/70' : 'ring-border-strong',
            'aria-expanded:ring-2 aria-expanded:ring-foreground',
          )}
          style={{
            left: fromPx,
            width: widthPx,
            top: barTop + (rows[i] ?? 0) * rowHeight,
            height: rowHeight,
          }}
        >
          {parts.map((part) => {
            const [beginPx, finishPx] = [inside(part.fromMs), inside(part.toMs)];
            return (
              <span
                key={part.fromMs}
                aria-hidden
                data-incident-part={part.part}
                className={cn(
                  rowHeight < barHeight ? 'absolute inset-y-px' : 'absolute inset-y-[3px]',
                  partLooks[part.part],
                  (isUnclear || kind === 'idle') && 'opacity-45',
                )}
                style={{ left: beginPx - fromPx, width: Math.max(0, finishPx - beginPx) }}
              />
            );
          })}
        </button>
        {label && (
          <span
            aria-hidden
            data-incident-label
            className={cn(
              'tabular pointer-events-none absolute truncate text-[11px]',
              label.leftPx < fromPx && 'text-right',
              kind === 'short' && !isUnclear ? 'text-foreground' : 'text-muted-foreground',
            )}
            style={{ left: label.leftPx, width: label.widthPx, top: barTop + barHeight + 2 }}
          >
            {textsOf(incident)[label.text]}
          </span>
        )}
      </div>
    );
  });
}

/** About as wide (px) as a label is written. */
function widthOf(label: string): number {
  return [...label].reduce((px, sign) => px + (sign > '\u2e80' ? pixelsPerSign : pixelsPerLetter), 4);
}

const isOfRevisions = (incidents: readonly Incident[]): boolean =>
  new Set(incidents.map(({ revision }) => revision)).size > 1;
