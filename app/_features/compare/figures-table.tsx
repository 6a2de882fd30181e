'use client';

import { ChevronRight } from 'lucide-react';
import { falseAlarmRate } from '@/lib/statistics/regression';
import { type ComparedFigure, type Comparison, type FigureDifference } from '@/lib/comparing/comparison';
import { cn } from '@/app/_ui/cn';
import { type Words } from '@/lib/words/words';
import { formatNumber, formatShare } from '@/lib/words/format';
import { type Locale } from '@/lib/words/locale';
import { comparedFigureText, type FigureUnit } from '@/lib/words/compared-figure-text';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { Cell, Table } from '@/app/_ui/table';
import { RunSign } from './look';
import { unitOfRuns } from './overlay-data';

/** Every figure of every run, and how it differs from the reference's. */
export function FiguresTable({ comparison: { runs, figures, referenceId } }: { comparison: Comparison }) {
  const t = useWords();
  const locale = useLocale();

  const reference = runs.find(({ id }) => id === referenceId)!;
  const unit = unitOfRuns(runs);
  const shown = figures.filter(({ values }) => values.some((value) => value !== null));
  return (
    <section aria-label={t('compare.figures.title')} className="panel">
      <h2 className="flex flex-wrap items-baseline gap-x-2.5 px-3 pt-3 pb-2 text-[15px] font-semibold sm:px-4">
        {t('compare.figures.title')}{' '}
        <span className="text-xs font-normal text-muted-foreground">
          {t('compare.figures.against', { name: reference.name })}
        </span>
      </h2>
      <Table
        label={t('compare.figures.title')}
        className="border-t"
        head={[
          { label: t('compare.figures.figure'), className: 'sticky left-0 bg-card sm:px-4' },
          ...runs.map((run, i) => ({
            key: run.id,
            className: 'px-2 last:pr-4 sm:px-3',
            label: (
              <span className="flex items-center justify-end gap-1.5">
                <RunSign index={i} />
                <span className="max-w-40 truncate max-sm:sr-only" title={run.name}>
                  {run.name}
                </span>
              </span>
            ),
          })),
        ]}
      >
        {shown.map((figure) => (
          <tr key={figure.key} data-figure={figure.key}>
            <Cell
              heads
              className="sticky left-0 max-w-28 bg-card py-1.5 align-top whitespace-normal sm:max-w-none sm:px-4 sm:whitespace-nowrap"
            >
              {t(`compare.figures.${figure.key}`, { unit })}
            </Cell>
            {runs.map((run, i) => (
              <Cell
                key={run.id}
                numeric
                className="px-2 py-1.5 align-top whitespace-normal last:pr-4 sm:px-3 sm:whitespace-nowrap"
              >
                <span className="font-medium">
                  {figure.isLeast[i] && '≥ '}
                  {comparedFigureText(unitOf(figure), figure.values[i]!, locale, t)}
                </span>
                <DifferenceText unit={unitOf(figure)} difference={figure.differences[i]!} />
              </Cell>
            ))}
          </tr>
        ))}
      </Table>
      <details className="group border-t">
        <summary className="flex list-none items-center gap-1.5 rounded-b-xl px-3 py-2.5 text-sm font-medium select-none hover:bg-muted/50 sm:px-4">
          <ChevronRight
            aria-hidden
            className="size-4 text-muted-foreground transition-transform group-open:rotate-90"
          />
          {t('compare.figures.methodTitle')}
        </summary>
        <div className="max-w-4xl space-y-2 px-3 pb-4 text-[13px] leading-relaxed text-muted-foreground sm:px-4">
          <p>{t('compare.figures.method')}</p>
          <p>{t('compare.regression.test', { rate: formatShare(falseAlarmRate, locale) })}</p>
          <p>{t('compare.figures.scope')}</p>
        </div>
      </details>
    </section>
  );
}

function DifferenceText({ unit, difference }: { unit: FigureUnit; difference: FigureDifference | null }) {
  const t = useWords();
  const locale = useLocale();

  if (!difference) return null;
  const { value, interval, verdict, kind } = difference;
  const text = (one: number | null): string =>
    one === null ? t('compare.figures.open') : changeText(unit, kind, one, t, locale);
  return (
    <span
      data-verdict={verdict}
      className={cn(
        'block text-xs',
        verdict === 'worse' ? 'text-danger' : verdict === 'better' ? 'text-success' : 'text-muted-foreground',
      )}
    >
      <span className={cn(verdict === 'worse' || verdict === 'better' ? 'font-medium' : '')}>
        {verdict === 'worse' ? '▲ ' : verdict === 'better' ? '▼ ' : ''}
        {text(value)}
        {verdict !== 'none' && ` ${t(`compare.figures.${verdict}`)}`}
      </span>
      {interval && (
        <span className="block text-[11px] text-muted-foreground">
          {t('compare.figures.interval', { low: text(interval.low), high: text(interval.high) })}
        </span>
      )}
    </span>
  );
}

/** An incident's length, and a lag in it, is written as everywhere. */
const unitOf = ({ key, unit }: ComparedFigure): FigureUnit =>
  ['worstIncident', 'worstLag', 'meanLag'].includes(key) ? 'incidentLength' : unit;

function changeText(
  unit: FigureUnit,
  kind: FigureDifference['kind'],
  value: number,
  t: Words,
  locale: Locale,
): string {
  if (value === (kind === 'ratio' ? 1 : 0)) return '±0';
  if (kind === 'ratio') {
    // A multiple reads better than thousands of percent.
    if (value >= 10) return `× ${formatNumber(value, locale, 1)}`;
    const percent = (value - 1) * 100;
    return `${signOf(percent, 0.05)}${formatNumber(Math.abs(percent), locale, Math.abs(percent) < 10 ? 1 : 0)} %`;
  }
  if (unit === 'share')
    return `${signOf(value, 0.000_005)}${formatNumber(Math.abs(value) * 100, locale, Math.abs(value) < 0.01 ? 2 : 1)} ${t('compare.figures.points')}`;
  return `${signOf(value, 0)}${comparedFigureText(unit, Math.abs(value), locale, t)}`;
}

const signOf = (value: number, least: number): string => (value > least ? '+' : value < -least ? '−' : '±');
