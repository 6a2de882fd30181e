import {
  formatIncidentLength,
  formatLength,
  formatMs,
  formatNumber,
  formatRate,
  formatShare,
} from './format';
import { type Locale } from './locale';
import { type Words } from './words';

/** What a compared figure is written in: an incident's length as everywhere. */
export type FigureUnit = 'count' | 'rate' | 'share' | 'ms' | 'podSeconds' | 'incidentLength';

/** A figure in its unit. */
export function comparedFigureText(unit: FigureUnit, value: number | null, locale: Locale, t: Words): string {
  if (value === null) return '–';
  switch (unit) {
    case 'ms':
      return formatMs(value, locale);
    case 'incidentLength':
      return formatIncidentLength(value, locale);
    case 'share':
      return formatShare(value, locale);
    case 'rate':
      return formatRate(value, locale);
    case 'podSeconds':
      return formatLength(value * 1000, t);
    case 'count':
      return formatNumber(value, locale, Number.isInteger(value) ? 0 : 1);
  }
}
