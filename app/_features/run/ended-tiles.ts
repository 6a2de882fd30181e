import { unitOf } from '@/lib/model/protocol';
import { failedShareOf, type Run } from '@/lib/model/run';
import {
  formatLength,
  formatMs,
  formatNumber,
  formatRate,
  formatShare,
  formatWorstIncident,
} from '@/lib/words/format';
import { type Locale } from '@/lib/words/locale';
import { type VerdictFigures } from '@/lib/model/verdict';
import { type Words } from '@/lib/words/words';
import { type PageFigures } from './figures';
import { type Tile } from './figure-tiles';

/** What matters of a run that has ended: how long capacity was short, who paid, and what it cost; null while it is not judged. */
export function endedTiles(
  { verdict, protocols }: Run,
  f: PageFigures,
  t: Words,
  locale: Locale,
): Tile[] | null {
  if (!verdict) return null;
  const { figures } = verdict;
  const number = (value: number | null): string =>
    formatNumber(value, locale, value !== null && !Number.isInteger(value) ? 1 : 0);
  const { openIncidents, slowRequests, slowRequestsMost, slowAboveMs, podSeconds, cost, idleShare } = figures;
  return [
    {
      key: 'incident',
      label: t('verdicts.figures.incident'),
      value: figures.incidents === 0 ? t('verdicts.figures.none') : formatWorstIncident(figures, locale),
      alarm: openIncidents > 0,
      ...(figures.incidents ? { detail: incidentDetail(figures, figures.incidents, t, number) } : {}),
    },
    {
      key: 'slow',
      label: t('verdicts.figures.slow', { unit: unitOf(protocols) }),
      value:
        slowRequestsMost === null
          ? number(slowRequests)
          : `${number(slowRequests)}–${number(slowRequestsMost)}`,
      ...(slowRequests === null
        ? {}
        : {
            detail:
              slowAboveMs === null
                ? t('verdicts.figures.slowMeanwhile')
                : t('verdicts.figures.slowAbove', { time: formatMs(slowAboveMs, locale) }),
          }),
    },
    {
      key: 'podTime',
      label: t('verdicts.figures.podTime'),
      value: podSeconds === null ? '–' : formatLength(podSeconds * 1000, t),
      ...(cost === null
        ? f.peakReady === null
          ? {}
          : { detail: t('run.figures.peak', { n: number(f.peakReady) }) }
        : { detail: t('verdicts.figures.cost', { cost: formatNumber(cost, locale, cost < 1 ? 4 : 2) }) }),
    },
    {
      key: 'idle',
      label: t('verdicts.figures.idle'),
      value: formatShare(idleShare, locale),
    },
    {
      key: 'requests',
      label: t('run.figures.requests', { unit: unitOf(protocols) }),
      value: number(f.requests),
    },
    {
      key: 'failures',
      label: t('run.figures.failures'),
      value: number(f.failures),
      alarm: (f.failures ?? 0) > 0,
      ...(f.failures && f.requests ? { detail: formatShare(failedShareOf(f), locale) } : {}),
    },
    {
      key: 'rate',
      label: `${t('run.figures.rate')} ${t('columns.perSecond')}`,
      value: formatRate(f.rate, locale),
    },
    { key: 'p50', label: t('run.figures.p50'), value: formatMs(f.p50Ms, locale) },
    { key: 'p95', label: t('run.figures.p95'), value: formatMs(f.p95Ms, locale) },
    { key: 'p99', label: t('run.figures.p99'), value: formatMs(f.p99Ms, locale) },
  ];
}

/** What is to be known of the worst incident, else how many there were. */
function incidentDetail(
  { worstIncidentMs, worstIncidentOpen, openIncidents }: VerdictFigures,
  incidents: number,
  t: Words,
  number: (value: number) => string,
): string {
  if (worstIncidentMs === null) return t('verdicts.figures.inDoubt', { n: number(incidents) });
  if (worstIncidentOpen) return t('verdicts.figures.open');
  return openIncidents > 0
    ? t('verdicts.figures.neverFollowed')
    : t('verdicts.figures.incidents', { n: number(incidents) });
}
