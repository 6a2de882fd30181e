'use client';

import { type ChartModel } from '../../../_charts/model';
import { useStore, type Store } from '../../../_charts/store';
import { type ChartView } from '../../../_charts/view';
import { Badge, type Tone } from '../../../_components/ui/badge';
import { formatClock, formatMs } from '../../../_i18n/format';
import { useDictionary, useLocale } from '../../../_i18n/provider';
import { Cell, DataTable } from './table';

type Outcome = 'matched' | 'missed' | 'superseded' | 'met' | 'unexpected';
interface Row {
  id: string;
  sortMs: number;
  due: { atMs: number; from: number; to: number } | null;
  seen: { atMs: number; from: number; to: number; completeMs: number | null } | null;
  lag: { decideMs: number | null; actMs: number | null; startMs: number | null; totalMs: number | null };
  outcome: Outcome;
}

const tones: Record<Outcome, Tone> = { matched: 'success', missed: 'danger', superseded: 'neutral', met: 'neutral', unexpected: 'warning' };
const noLag = { decideMs: null, actMs: null, startMs: null, totalMs: null };

function rowsOf({ correlation: c }: ChartModel): Row[] {
  const rows: Row[] = [
    ...c.matched.map(({ expected, observed, lag }): Row => ({ id: expected.id, sortMs: Math.min(expected.atMs, observed.atMs), due: expected, seen: observed, lag, outcome: 'matched' })),
    ...c.missed.map((due): Row => ({ id: due.id, sortMs: due.atMs, due, seen: null, lag: noLag, outcome: 'missed' })),
    ...c.met.map((due): Row => ({ id: due.id, sortMs: due.atMs, due, seen: null, lag: noLag, outcome: 'met' })),
    ...c.superseded.map((due): Row => ({ id: due.id, sortMs: due.atMs, due, seen: null, lag: noLag, outcome: 'superseded' })),
    ...c.unexpected.map((seen): Row => ({ id: seen.id, sortMs: seen.atMs, due: null, seen, lag: noLag, outcome: 'unexpected' })),
  ];
  return rows.sort((a, b) => a.sortMs - b.sortMs);
}

/** Expected against observed scale events, each with its lag split. */
export function EventsTab({ model: store, view }: { model: Store<ChartModel>; view: ChartView }) {
  const t = useDictionary();
  const locale = useLocale();
  const rows = rowsOf(useStore(store));
  const selected = useStore(view.selected);
  if (rows.length === 0) return <p className="text-muted-foreground">{t.events.none}</p>;
  const e = t.events;
  const ms = (value: number | null): string => formatMs(value, locale);
  return (
    <DataTable
      label={t.tabs.events}
      head={[
        { label: e.expected, numeric: true }, { label: e.pods }, { label: e.observed, numeric: true }, { label: `${e.pods} ` }, { label: e.complete, numeric: true },
        { label: e.decide, numeric: true }, { label: e.act, numeric: true }, { label: e.start, numeric: true }, { label: e.lag, numeric: true }, { label: e.outcome },
      ]}
    >
      {rows.map(({ id, due, seen, lag, outcome }) => (
        <tr key={id} aria-selected={selected === id} onClick={() => view.selected.set(id)} className="cursor-pointer hover:bg-muted/60 aria-selected:bg-muted">
          <Cell numeric>
            <button type="button" className="underline decoration-border-strong underline-offset-4">
              {due ? formatClock(due.atMs, true) : seen ? '–' : ''}
            </button>
          </Cell>
          <Cell className="tabular font-medium">{due ? e.change(due.from, due.to) : '–'}</Cell>
          <Cell numeric>{seen ? formatClock(seen.atMs, true) : '–'}</Cell>
          <Cell className="tabular font-medium">{seen ? e.change(seen.from, seen.to) : '–'}</Cell>
          <Cell numeric>{seen?.completeMs === undefined || seen.completeMs === null ? '–' : formatClock(seen.completeMs, true)}</Cell>
          <Cell numeric>{ms(lag.decideMs)}</Cell>
          <Cell numeric>{ms(lag.actMs)}</Cell>
          <Cell numeric>{ms(lag.startMs)}</Cell>
          <Cell numeric className="font-semibold">{ms(lag.totalMs)}</Cell>
          <Cell>
            <Badge tone={tones[outcome]}>{e[outcome]}</Badge>
          </Cell>
        </tr>
      ))}
    </DataTable>
  );
}
