import { type RevisionFigures } from '@/lib/model/revision-figures';
import { formatIncidentLength, formatNumber } from './format';
import { type Locale } from './locale';
import { type Words } from './words';

/** What a table of revisions shows of each, in this order; `revisions.*` names them. */
export const revisionColumns = [
  'part',
  'peakInFlight',
  'target',
  'scale',
  'peakReadyPods',
  'podSeconds',
  'scaleEvents',
  'worstLag',
] as const;
export type RevisionColumn = (typeof revisionColumns)[number];

/** One figure of a revision, as each language writes it; – where it is not known. */
export function revisionText(
  figures: RevisionFigures,
  column: RevisionColumn,
  locale: Locale,
  t: Words,
): string {
  const number = (value: number | null): string =>
    formatNumber(value, locale, value !== null && !Number.isInteger(value) ? 1 : 0);
  const { share, minScale, maxScale } = figures;
  switch (column) {
    case 'part':
      return share === null
        ? '–'
        : t('revisions.percent', { percent: number(Math.round(share * 1000) / 10) });
    case 'scale':
      return minScale === null
        ? '–'
        : t('revisions.scaleText', { least: `${minScale}`, most: maxScale ? `${maxScale}` : '∞' });
    case 'worstLag':
      return formatIncidentLength(figures.worstLagMs, locale);
    case 'podSeconds':
      return formatNumber(figures.podSeconds, locale, 0);
    default:
      return number(figures[column]);
  }
}
