'use client';

import { useState } from 'react';
import { type Decision } from '@/lib/timeline/recording';
import { type ChartModel } from '../../../_charts/model';
import { useStore, type Store } from '../../../_charts/store';
import { type ChartView } from '../../../_charts/view';
import { Badge } from '../../../_components/ui/badge';
import { Button } from '../../../_components/ui/button';
import { formatClock, formatNumber } from '../../../_i18n/format';
import { useDictionary, useLocale } from '../../../_i18n/provider';
import { explainDecision } from './decision-words';
import { Cell, DataTable } from './table';

const firstRows = 100;

/** Each tick of the calculation: its inputs, both averages, what it wants and why. */
export function DecisionsTab({ model: store, view }: { model: Store<ChartModel>; view: ChartView }) {
  const t = useDictionary();
  const locale = useLocale();
  const { recording } = useStore(store);
  const [changes, setChanges] = useState(false);
  const [all, setAll] = useState(false);
  const d = t.decisions;
  const { decisions } = recording;
  if (decisions.length === 0) return <p className="text-muted-foreground">{d.none}</p>;
  const chosen = (changes ? decisions.filter((decision, i) => decision.replicas !== decisions[i - 1]?.replicas) : decisions).toReversed();
  const rows = all ? chosen : chosen.slice(0, firstRows);
  const average = (value: number | null): string => formatNumber(value, locale, 2);
  return (
    <div>
      <div className="mb-3 flex flex-wrap items-center justify-between gap-3 text-sm text-muted-foreground">
        <label className="flex items-center gap-2">
          <input type="checkbox" checked={changes} onChange={(event) => setChanges(event.target.checked)} className="size-4 accent-primary" />
          {d.onlyChanges}
        </label>
        <span className="tabular">{d.shown(formatNumber(rows.length, locale), formatNumber(decisions.length, locale))}</span>
      </div>
      <DataTable
        label={d.caption}
        className="max-h-[32rem]"
        head={[{ label: d.at, numeric: true }, { label: d.ready, numeric: true }, { label: d.stable, numeric: true }, { label: d.panic, numeric: true }, { label: d.mode }, { label: d.desired, numeric: true }, { label: d.replicas, numeric: true }, { label: d.boundBy }, { label: d.reason }]}
      >
        {rows.map((decision) => (
          <DecisionRow key={decision.id} decision={decision} average={average} onShow={() => view.reading.set(decision.atMs)} />
        ))}
      </DataTable>
      {rows.length < chosen.length && (
        <Button size="sm" className="mt-3" onClick={() => setAll(true)}>
          {d.more}
        </Button>
      )}
    </div>
  );
}

function DecisionRow({ decision, average, onShow }: { decision: Decision; average: (value: number | null) => string; onShow: () => void }) {
  const t = useDictionary();
  const words = explainDecision(decision, useLocale());
  return (
    <tr onMouseEnter={onShow} className="hover:bg-muted/60">
      <Cell numeric>{formatClock(decision.atMs, true)}</Cell>
      <Cell numeric>{decision.readyPods}</Cell>
      <Cell numeric>{average(decision.stableAverage)}</Cell>
      <Cell numeric>{average(decision.panicAverage)}</Cell>
      <Cell>{decision.valid ? decision.panicMode ? <Badge tone="warning">{t.decisions.panicMode}</Badge> : <Badge>{t.decisions.stableMode}</Badge> : <Badge tone="danger">{t.decisions.noData}</Badge>}</Cell>
      <Cell numeric>{decision.desiredPods}</Cell>
      <Cell numeric className="font-semibold">{decision.replicas}</Cell>
      <Cell className="font-mono text-xs text-muted-foreground">{decision.boundBy}</Cell>
      <Cell className="min-w-96 py-1.5 leading-snug whitespace-normal">{words}</Cell>
    </tr>
  );
}
