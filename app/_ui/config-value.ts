import { type Dictionary } from './words/en';
import { formatLength, formatNumber } from './words/format';
import { type Locale } from './words/locale';

/** The value of a field of the autoscaling configuration, in words. */
export function configValueText(field: string, value: unknown, locale: Locale, t: Dictionary): string {
  if (typeof value === 'boolean') return value ? t.common.yes : t.common.no;
  if (typeof value !== 'number') return typeof value === 'string' ? value : JSON.stringify(value);
  if (field.endsWith('Ms')) return formatLength(value, locale);
  if ((field === 'maxScale' || field === 'containerConcurrency') && value === 0) return t.services.unlimited;
  return formatNumber(value, locale, Number.isInteger(value) ? 0 : 2);
}
