'use client';

import { CircleCheck, CircleHelp, TriangleAlert } from 'lucide-react';
import { fidelityOf, replayFidelity } from '@/lib/whatif';
import { type WhatIfResult } from '@/lib/whatif/shapes';
import { cn } from '@/app/_ui/cn';
import { formatClock, formatMs, formatNumber } from '@/lib/words/format';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { shownText } from './figures-table';

const looks: Record<ReturnType<typeof replayFidelity>, { icon: typeof CircleCheck; tone: string }> = {
  good: { icon: CircleCheck, tone: 'text-success' },
  fair: { icon: CircleHelp, tone: 'text-warning' },
  poor: { icon: TriangleAlert, tone: 'text-danger' },
  unknown: { icon: CircleHelp, tone: 'text-muted-foreground' },
};

/** How well the simulation reproduces the run, in words to trust or to doubt it by; and what is not known of the demand. */
export function FidelityNote({ result }: { result: WhatIfResult }) {
  const t = useWords();
  const locale = useLocale();

  const { fidelity, demand } = result;
  const error = fidelity?.readyPodsMeanAbsoluteError ?? null;
  const verdict = fidelity ? replayFidelity(fidelity, fidelity.shown) : 'unknown';
  const missed = fidelity?.shown.filter((figure) => fidelityOf(figure) !== 'good') ?? [];
  const { icon: Icon, tone } = looks[verdict];
  const bias = fidelity?.readyPodsBias ?? 0;
  const starts = [...demand.podStartMs].sort((a, b) => a - b);
  const first = starts[0];
  const started =
    first === undefined
      ? null
      : first === starts.at(-1)
        ? formatMs(first, locale)
        : `${formatMs(first, locale)} – ${formatMs(starts.at(-1), locale)}`;
  return (
    <section
      aria-label={t('whatif.fidelity.title')}
      data-fidelity={verdict}
      className="panel flex gap-3 px-4 py-3.5 text-sm"
    >
      <Icon aria-hidden className={cn('mt-0.5 size-5 shrink-0', tone)} />
      <div className="min-w-0">
        <h2 className="font-semibold">
          {error === null
            ? result.observed
              ? t('whatif.fidelity.unknown')
              : t('whatif.fidelity.title')
            : t(`whatif.fidelity.${verdict}`)}{' '}
          {result.revision !== null && (
            <span className="ml-1 inline-block rounded border px-1.5 font-mono text-xs font-normal break-all text-muted-foreground">
              {result.revision}
            </span>
          )}
        </h2>
        {error !== null && fidelity ? (
          <p className="mt-0.5">
            {t('whatif.fidelity.pods', {
              error: formatNumber(error, locale, 2),
              seconds: formatNumber(fidelity.comparedSeconds, locale),
            })}{' '}
            {Math.abs(bias) > 0.2 &&
              `${bias > 0 ? t('whatif.fidelity.bias.more', { n: formatNumber(bias, locale, 1) }) : t('whatif.fidelity.bias.fewer', { n: formatNumber(-bias, locale, 1) })} `}
            {fidelity.waitingMeanAbsoluteError !== null &&
              t('whatif.fidelity.waiting', {
                unit: demand.unit,
                error: formatNumber(fidelity.waitingMeanAbsoluteError, locale, 1),
              })}{' '}
            {missed.map(({ key, observed, simulated }) => (
              <span key={key} data-missed={key}>
                {t('whatif.fidelity.figure', {
                  figure: t(`whatif.table.${key}`, { unit: demand.unit }),
                  simulated: shownText(key, simulated, locale, t),
                  observed: shownText(key, observed, locale, t),
                })}{' '}
              </span>
            ))}
          </p>
        ) : (
          !result.observed && <p className="mt-0.5">{t('whatif.fidelity.file')}</p>
        )}
        <p className="mt-0.5 text-[13px] text-muted-foreground">
          {t(started === null ? 'whatif.fidelity.model' : 'whatif.fidelity.modelWithStarts', {
            unit: demand.unit,
            kind: t(`whatif.fidelity.${demand.kind}`, { unit: demand.unit }),
            service: formatMs(demand.serviceTimeMs, locale),
            starts: started ?? '',
          })}
        </p>
        <Holes result={result} />
      </div>
    </section>
  );
}

const mostHoles = 5;

function Holes({ result: { demand } }: { result: WhatIfResult }) {
  const t = useWords();
  if (demand.holes.length === 0) return null;
  const clock = (ms: number): string => formatClock(ms - demand.startMs);
  return (
    <p
      data-holes={demand.holes.length}
      className="mt-2 rounded-lg border border-warning/40 bg-warning-soft px-3 py-1.5 text-[13px]"
    >
      <strong className="font-medium text-warning">{t('whatif.holes', { n: demand.holes.length })}</strong>
      {t('common.colon')}
      <span className="tabular">
        {demand.holes
          .slice(0, mostHoles)
          .map(({ fromMs, toMs }) => `${clock(fromMs)} – ${clock(toMs)}`)
          .join(t('common.listSeparator'))}
      </span>
      {demand.holes.length > mostHoles &&
        `, ${t('whatif.moreHoles', { n: demand.holes.length - mostHoles })}`}
      . {t('whatif.holesText')}
    </p>
  );
}
