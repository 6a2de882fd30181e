'use client';

import { type RequestUnit } from '@/lib/model/protocol';
import { type ComparedRun } from '@/lib/comparing/comparison';
import { useStore, type Store } from '@/app/_ui/charts/store';
import { type Words } from '@/lib/words/words';
import { formatClock, formatMs, formatNumber, formatRate } from '@/lib/words/format';
import { type Locale } from '@/lib/words/locale';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { type Alignment } from '@/app/_ui/compare-address';
import { RunSign } from './look';
import { isTime, readRunAt, sharedProtocolKeys, shiftOf, unitOfRuns, type RunReading } from './overlay-data';

interface Props {
  runs: readonly ComparedRun[];
  align: Alignment;
  /** The moment under the crosshair, on the aligned axis; null: none. */
  reading: Store<number | null>;
  endMs: number;
}

interface ReadingGroup {
  title: (t: Words) => string;
  value: (reading: RunReading, t: Words, locale: Locale) => string;
}

const loadOf = (unit: RequestUnit): ReadingGroup[] => [
  {
    title: (t) => `${t('compare.charts.rate', { unit })} ${t('columns.perSecond')}`,
    value: ({ rate }, _t, locale) => formatRate(rate, locale),
  },
  { title: (t) => t('compare.charts.p50'), value: ({ p50Ms }, _t, locale) => formatMs(p50Ms, locale) },
  { title: (t) => t('compare.charts.p95'), value: ({ p95Ms }, _t, locale) => formatMs(p95Ms, locale) },
];
const pods: ReadingGroup[] = [
  {
    title: (t) => t('compare.charts.ready'),
    value: ({ ready, desired }, t, locale) =>
      t('compare.charts.readyOf', {
        ready: formatNumber(ready, locale),
        desired: formatNumber(desired, locale),
      }),
  },
  {
    title: (t) => t('compare.charts.inFlight'),
    value: ({ inFlight }, _t, locale) =>
      formatNumber(inFlight, locale, inFlight !== null && !Number.isInteger(inFlight) ? 1 : 0),
  },
];

function groupsOf(runs: readonly ComparedRun[]): ReadingGroup[] {
  const protocol = sharedProtocolKeys(runs).map((key): ReadingGroup => ({
    title: (t) => t(`charts.protocol.${key}.title`),
    value: (reading, _t, locale) => {
      const value = reading.protocol[key] ?? null;
      return isTime(key) ? formatMs(value, locale) : formatRate(value, locale);
    },
  }));
  return [...loadOf(unitOfRuns(runs)), ...protocol, ...pods];
}

/** All runs read at one moment: under the crosshair, else at the middle of the axis. */
export function CompareReading({ runs, align, reading, endMs }: Props) {
  const t = useWords();
  const locale = useLocale();
  const { atMs, readings, pointed } = useReadings({ runs, align, reading, endMs });
  return (
    <div data-reading>
      <div className="flex items-baseline justify-between gap-2">
        <h3 className="text-xs font-medium text-muted-foreground">{t('compare.charts.reading')}</h3>
        <Clock atMs={atMs} />
      </div>
      {groupsOf(runs).map(({ title, value }) => (
        <section key={title(t)} className="mt-3 border-t pt-2.5">
          <h4 className="mb-1 text-xs font-medium text-muted-foreground">{title(t)}</h4>
          {runs.map((run, i) => (
            <div key={run.id} className="flex items-center gap-2 py-[3px] text-[13px]">
              <RunSign index={i} />
              <span className="min-w-0 flex-1 truncate text-muted-foreground" title={run.name}>
                {run.name}
              </span>
              <span className="tabular font-medium">{value(readings[i]!, t, locale)}</span>
            </div>
          ))}
        </section>
      ))}
      {!pointed && (
        <p className="mt-4 border-t pt-3 text-xs text-muted-foreground">{t('compare.charts.readingHint')}</p>
      )}
    </div>
  );
}

/** The same in one line, for narrow windows. */
export function CompactReading(props: Props) {
  const t = useWords();
  const locale = useLocale();
  const { atMs, readings } = useReadings(props);
  return (
    <div
      tabIndex={0}
      role="group"
      aria-label={t('compare.charts.reading')}
      data-reading
      className="flex items-center gap-4 overflow-x-auto text-xs [scrollbar-width:none]"
    >
      <Clock atMs={atMs} />
      {props.runs.map((run, i) => (
        <span key={run.id} className="flex items-center gap-1.5 whitespace-nowrap" title={run.name}>
          <RunSign index={i} />
          <span className="tabular font-medium">
            {formatRate(readings[i]!.rate, locale)}
            {t('columns.perSecond')} · p95 {formatMs(readings[i]!.p95Ms, locale)} ·{' '}
            {t('compare.charts.readyOf', {
              ready: formatNumber(readings[i]!.ready, locale),
              desired: formatNumber(readings[i]!.desired, locale),
            })}
          </span>
        </span>
      ))}
    </div>
  );
}

function Clock({ atMs }: { atMs: number }) {
  return (
    <span className="tabular font-mono text-sm font-semibold" data-reading-at={Math.round(atMs)}>
      {formatClock(atMs, true)}
    </span>
  );
}

function useReadings({ runs, align, reading, endMs }: Props): {
  atMs: number;
  readings: RunReading[];
  pointed: boolean;
} {
  const hoverMs = useStore(reading);
  const atMs = hoverMs ?? endMs / 2;
  return {
    atMs,
    readings: runs.map((run) => readRunAt(run, atMs - shiftOf(run, align))),
    pointed: hoverMs !== null,
  };
}
