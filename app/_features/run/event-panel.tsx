'use client';

import { type ReactNode } from 'react';
import { unitOf } from '@/lib/model/protocol';
import { counted, timed } from '@/lib/timeline/unit-message';
import { type Correlation } from '@/lib/timeline/correlate';
import { type PodWait } from '@/lib/timeline/pod-waits';
import {
  burstMs,
  type ExpectedScaleEvent,
  type ObservedScaleEvent,
  type PodLoss,
} from '@/lib/timeline/scale-events';
import { type ScaleMatch } from '@/lib/timeline/match';
import { type ChartModel } from '@/app/_ui/charts/model';
import { useStore, type Store } from '@/app/_ui/charts/store';
import { type ChartView } from '@/app/_ui/charts/view';
import { IncidentLogs, IncidentWords } from '@/app/_ui/incidents/incident-table';
import { PartsList } from '@/app/_ui/incidents/parts-list';
import { type Incident } from '@/lib/model/incident';
import { podsChange } from '@/lib/timeline/incident-message';
import { Button } from '@/app/_ui/primitives/button';
import { SidePanel } from '@/app/_ui/primitives/dialog';
import { formatMs } from '@/lib/words/format';
import { useRunClock } from '@/app/_ui/charts/clock';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { explainDecision } from './decision-words';
import { OutcomeBadge } from './events-tab';
import { LagSplit } from './lag-split';
import { PodGantt } from './pod-gantt';
import { outcomeOf } from './outcome';
import { rangeAround, scrollToCharts } from './show-place';
import { useSay } from '@/app/_ui/words/use-say';

/** What a click on a scale event tells: why, how late and where the time went, and what it cost. */
export function EventPanel({ model: store, view }: { model: Store<ChartModel>; view: ChartView }) {
  const t = useWords();
  const selected = useStore(view.selected);
  const model = useStore(store);
  const { expected, observed, matched } = model.correlation;
  const loss = model.correlation.losses.find(({ id }) => id === selected);
  const incident = model.correlation.incidents.find(({ id }) => id === selected);
  if (incident) {
    const { kind } = incident;
    return (
      <SidePanel
        open
        onOpenChange={(open) => !open && view.selected.set(null)}
        title={
          <span className="tabular">
            {t(kind === 'idle' ? 'incidentPage.panelIdle' : 'incidentPage.panelShort', podsChange(incident))}
          </span>
        }
      >
        <IncidentBody incident={incident} model={model} view={view} />
      </SidePanel>
    );
  }
  if (loss) {
    return (
      <SidePanel
        open
        onOpenChange={(open) => !open && view.selected.set(null)}
        title={t('review.events.lostTitle')}
      >
        <LossBody loss={loss} model={model} view={view} />
      </SidePanel>
    );
  }
  const match =
    matched.find((pair) => pair.expected.id === selected) ??
    matched.find((pair) => pair.observed.id === selected || pair.further.some(({ id }) => id === selected));
  const due = match?.expected ?? expected.find(({ id }) => id === selected);
  const seen = match?.observed ?? observed.find(({ id }) => id === selected);
  const main = due ?? seen;
  if (!main) return null;
  const title = due
    ? t('events.panelExpected', { from: due.from, to: due.to })
    : t('events.panelObserved', { from: main.from, to: main.to });
  return (
    <SidePanel
      open
      onOpenChange={(open) => !open && view.selected.set(null)}
      title={<span className="tabular">{title}</span>}
    >
      <PanelBody model={model} view={view} due={due} seen={seen} match={match} />
    </SidePanel>
  );
}

/** An incident as a whole; its events are below its bar and in the table, and each opens its own panel. */
function IncidentBody({ incident, model, view }: { incident: Incident; model: ChartModel; view: ChartView }) {
  const t = useWords();
  const clock = useRunClock();
  const events = [...model.correlation.expected, ...model.correlation.observed].filter(({ id }) =>
    incident.eventIds.includes(id),
  );
  return (
    <div data-incident-panel className="mt-3 space-y-4 text-sm">
      <IncidentWords incident={incident} unit={unitOf(model.run.protocols)} />
      <IncidentLogs incident={incident} />
      <Section title={t('incidentPage.where')}>
        <PartsList incident={incident} />
      </Section>
      {events.length > 0 && (
        <Section title={t('incidentPage.events')}>
          <ul className="flex flex-wrap gap-1.5">
            {[...events]
              .sort((a, b) => a.atMs - b.atMs)
              .slice(0, mostEvents)
              .map(({ id, kind, atMs, from, to }) => (
                <li key={id}>
                  <Button size="sm" onClick={() => view.selected.set(id)}>
                    <span className="tabular">
                      {clock.tell(atMs, true)}{' '}
                      {t(kind === 'expected' ? 'events.expectedShort' : 'events.observedShort')}{' '}
                      {t('events.change', { from, to })}
                    </span>
                  </Button>
                </li>
              ))}
          </ul>
        </Section>
      )}
      <Button size="sm" onClick={() => showAround(view, [incident.startMs, incident.endMs])}>
        {t('events.showInCharts')}
      </Button>
    </div>
  );
}

/** More than these are found in the table. */
const mostEvents = 24;

function PanelBody({
  model,
  view,
  due,
  seen,
  match,
}: {
  model: ChartModel;
  view: ChartView;
  due: ExpectedScaleEvent | undefined;
  seen: ObservedScaleEvent | undefined;
  match: ScaleMatch | undefined;
}) {
  const say = useSay();
  const t = useWords();
  const clock = useRunClock();
  const locale = useLocale();
  const { correlation, recording, run } = model;
  const unit = unitOf(run.protocols);
  const decision = due ? recording.decisions.find(({ id }) => id === due.decisionId) : undefined;
  const cost = due ? correlation.costs[due.id] : undefined;
  const ended = run.endedAtMs !== null;
  const doneMs = match ? match.doneMs : (seen?.completeMs ?? null);
  const outcome = outcomeOf(correlation, due?.id ?? seen?.id ?? '');
  const main = due ?? seen;
  const decidedMs = due && correlation.decidedMs[due.id];
  const waits = waitsOf(correlation, match ? [match.observed, ...match.further] : seen ? [seen] : []);
  return (
    <div data-event-panel className="mt-3 space-y-4 text-sm">
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        {due && <Fact label={t('events.expected')}>{clock.tell(due.atMs, true)}</Fact>}
        {due && correlation.decided.length > 0 && (
          <Fact label={t('lag.decidedAt')}>
            {decidedMs === undefined ? t('lag.notDecided') : clock.tell(decidedMs, true)}
          </Fact>
        )}
        {seen && (
          <Fact label={t('events.observed')}>
            {clock.tell(seen.atMs, true)} · {t('events.change', { from: seen.from, to: seen.to })}
          </Fact>
        )}
        {match?.further.map((one) => (
          <Fact key={one.id} label={t('review.events.further')}>
            {clock.tell(one.atMs, true)} · {t('events.change', { from: one.from, to: one.to })}
          </Fact>
        ))}
        {seen && (
          <Fact
            label={
              match && due && due.to > due.from
                ? t('review.events.lastDue', { nth: t('common.ordinal', { n: due.to }) })
                : t('events.complete')
            }
          >
            {doneMs === null
              ? ended
                ? t('events.neverComplete')
                : t('events.pending')
              : clock.tell(doneMs, true)}
          </Fact>
        )}
        <Fact label={t('events.outcome')}>
          <OutcomeBadge model={model} id={due?.id ?? seen?.id ?? ''} />
        </Fact>
      </dl>
      {decision && (
        <Section title={t('events.why')}>
          <p data-why className="leading-relaxed">
            {say(explainDecision(decision))}
          </p>
        </Section>
      )}
      {outcome === 'missed' && <p>{t('events.missedText')}</p>}
      {outcome === 'superseded' && <p>{t('events.supersededText')}</p>}
      {outcome === 'met' && <p>{t('events.metText')}</p>}
      {outcome === 'unexpected' && <p>{t('events.unexpectedText')}</p>}
      {outcome === 'reading' && <p>{t('review.events.readingText')}</p>}
      {outcome === 'correction' && <p>{t('review.events.correctionText')}</p>}
      {outcome === 'short' && match && (
        <p>{t('review.events.shortText', { reached: match.reached, to: match.expected.to })}</p>
      )}
      {match && (
        <Section title={t('events.lagSplit')}>
          <LagSplit match={match} parts={correlation.lagParts[match.expected.id] ?? null} />
        </Section>
      )}
      {waits.length > 0 && main && (
        <Section title={t('lag.pods')}>
          <PodGantt waits={waits} dueMs={main.atMs} decidedMs={decidedMs ?? null} endMs={model.endMs} />
        </Section>
      )}
      {cost && cost.requests > 0 && (
        <Section title={t('events.cost')}>
          <p>
            {cost.waited !== null && (
              <>
                {cost.waited === 0
                  ? t('review.events.noneWaited')
                  : t('review.events.waited', {
                      requests: say(timed(cost.waited, unit)),
                      n: cost.waited,
                      p95: formatMs(cost.waitedP95Ms, locale),
                    })}{' '}
              </>
            )}
            {cost.steadyP95Ms === null
              ? t('review.events.ofRequests', {
                  requests: say(timed(cost.requests, unit)),
                  p95: formatMs(cost.p95Ms, locale),
                })
              : t('events.costText', {
                  requests: say(timed(cost.requests, unit)),
                  p95: formatMs(cost.p95Ms, locale),
                  steady: formatMs(cost.steadyP95Ms, locale),
                })}
            {cost.mostWaiting !== null && cost.mostWaiting >= 1 && (
              <> {t('events.costWaiting', { requests: say(counted(Math.round(cost.mostWaiting), unit)) })}</>
            )}
          </p>
        </Section>
      )}
      {seen && seen.readyMs.length > 0 && (
        <Section title={t('events.readyAt')}>
          <p className="tabular flex flex-wrap gap-x-3 gap-y-0.5 font-mono text-xs">
            {seen.readyMs.map((ms, i) => (
              <span key={i}>{clock.tell(ms, true)}</span>
            ))}
          </p>
        </Section>
      )}
      <Button size="sm" onClick={() => showAround(view, [due?.atMs, seen?.atMs, doneMs])}>
        {t('events.showInCharts')}
      </Button>
    </div>
  );
}

/** The ways to ready of the pods that these scale-ups made. */
function waitsOf({ waits }: Correlation, events: readonly ObservedScaleEvent[]): PodWait[] {
  const ups = events.filter(({ from, to }) => to > from);
  return waits.filter(({ createdMs }) =>
    ups.some(({ atMs }) => createdMs >= atMs && createdMs <= atMs + burstMs),
  );
}

/** Zooms to these moments with some seconds around them. */
function showAround(view: ChartView, moments: readonly (number | null | undefined)[]): void {
  const times = moments.filter((ms): ms is number => typeof ms === 'number');
  view.range.set(rangeAround({ fromMs: Math.min(...times), toMs: Math.max(...times) }));
  view.reading.set(times[0] ?? null);
  scrollToCharts();
}

function LossBody({ loss, model, view }: { loss: PodLoss; model: ChartModel; view: ChartView }) {
  const t = useWords();
  const clock = useRunClock();
  const ended = model.run.endedAtMs !== null;

  return (
    <div data-event-panel className="mt-3 space-y-4 text-sm">
      <p>{t('review.events.lostText', { by: loss.by })}</p>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        <Fact label={t('events.at')}>{clock.tell(loss.atMs, true)}</Fact>
        <Fact label={t('review.events.pod')}>
          <span className="font-mono text-xs break-all">{loss.pod}</span>
        </Fact>
        <Fact label={t('review.events.reason')}>{loss.reason ?? '–'}</Fact>
        <Fact label={t('review.events.readyAgain')}>
          {loss.readyMs === null
            ? ended
              ? t('events.neverComplete')
              : t('events.pending')
            : clock.tell(loss.readyMs, true)}
        </Fact>
      </dl>
      <Button size="sm" onClick={() => showAround(view, [loss.atMs, loss.readyMs])}>
        {t('events.showInCharts')}
      </Button>
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="border-t pt-3">
      <h3 className="mb-1.5 text-xs font-medium text-muted-foreground">{title}</h3>
      {children}
    </section>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted-foreground">{label}</dt>
      <dd className="tabular">{children}</dd>
    </>
  );
}
