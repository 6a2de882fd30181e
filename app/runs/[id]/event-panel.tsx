'use client';

import { decisionReasonSchema, explain, boundBySchema } from '@/lib/autoscaling';
import { type Decision } from '@/lib/timeline/recording';
import { type ChartModel } from '../../_charts/model';
import { useStore, type Store } from '../../_charts/store';
import { type ChartView } from '../../_charts/view';
import { SidePanel } from '../../_components/ui/dialog';
import { formatClock, formatMs, formatNumber } from '../../_i18n/format';
import { useDictionary, useLocale } from '../../_i18n/provider';

/** A decision in words; empty where its reason was stored by another version. */
export function wordsOf(decision: Decision): string {
  const reason = decisionReasonSchema.safeParse(decision.reason);
  const boundBy = boundBySchema.safeParse(decision.boundBy);
  return reason.success && boundBy.success ? explain({ ...decision, reason: reason.data, boundBy: boundBy.data }) : '';
}

/** What a click on a marker says: why the event was due, what the cluster did, and where the time went. */
export function EventPanel({ model: store, view }: { model: Store<ChartModel>; view: ChartView }) {
  const t = useDictionary();
  const locale = useLocale();
  const model = useStore(store);
  const selected = useStore(view.selected);
  const { correlation, recording } = model;
  const match = correlation.matched.find(({ expected, observed }) => expected.id === selected || observed.id === selected);
  const expected = match?.expected ?? correlation.expected.find((event) => event.id === selected);
  const observed = match?.observed ?? correlation.observed.find((event) => event.id === selected);
  if (!expected && !observed) return null;
  const decision = expected && recording.decisions.find((d) => d.id === expected.decisionId);
  const cost = expected && correlation.costs[expected.id];
  const outcome = match ? t.events.matched : !expected ? t.events.unexpectedText : correlation.superseded.includes(expected) ? t.events.supersededText : t.events.missedText;
  const row = (label: string, value: string, hint?: string) => (
    <div className="flex items-baseline justify-between gap-4 border-b py-2 last:border-0">
      <dt className="text-muted-foreground">
        {label}
        {hint && <span className="block text-xs">{hint}</span>}
      </dt>
      <dd className="tabular text-right font-medium">{value}</dd>
    </div>
  );
  return (
    <SidePanel open onOpenChange={(open) => !open && view.selected.set(null)} title={expected ? t.events.panelExpected(expected.from, expected.to) : t.events.panelObserved(observed!.from, observed!.to)}>
      <div className="space-y-5 text-sm">
        {decision && (
          <section>
            <h3 className="mb-1 text-xs font-medium text-muted-foreground uppercase">{t.events.why}</h3>
            <p className="text-base">{wordsOf(decision)}.</p>
          </section>
        )}
        <dl>
          {row(t.events.outcome, outcome)}
          {expected && row(t.events.expected, formatClock(expected.atMs, true))}
          {observed && row(t.events.observed, `${formatClock(observed.atMs, true)} (${t.events.change(observed.from, observed.to)})`)}
          {observed && row(t.events.complete, observed.completeMs === null ? t.events.neverComplete : formatClock(observed.completeMs, true))}
        </dl>
        {match && (
          <section>
            <h3 className="mb-1 text-xs font-medium text-muted-foreground uppercase">{t.events.lagSplit}</h3>
            <dl>
              {match.lag.decideMs !== null && row(t.events.decide, formatMs(match.lag.decideMs, locale), t.events.decideHint)}
              {row(t.events.act, match.lag.actMs < 0 ? t.events.ahead(formatMs(-match.lag.actMs, locale)) : formatMs(match.lag.actMs, locale), t.events.actHint)}
              {row(t.events.start, formatMs(match.lag.startMs, locale), match.expected.to > match.expected.from ? t.events.startHint : t.events.stopHint)}
              {row(t.common.total, formatMs(match.lag.totalMs, locale))}
            </dl>
          </section>
        )}
        {cost && cost.requests > 0 && (
          <section>
            <h3 className="mb-1 text-xs font-medium text-muted-foreground uppercase">{t.events.cost}</h3>
            <p>{t.events.costText(formatNumber(cost.requests, locale), formatMs(cost.p95Ms, locale), formatMs(cost.steadyP95Ms, locale))}</p>
            {cost.mostWaiting !== null && <p>{t.events.costWaiting(formatNumber(cost.mostWaiting, locale))}</p>}
          </section>
        )}
      </div>
    </SidePanel>
  );
}
