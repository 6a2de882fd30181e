import { type Words } from '@/lib/words/words';
import { formatLength, formatNumber } from '@/lib/words/format';
import { type Locale } from '@/lib/words/locale';

/** The value of a field of the autoscaling configuration, in words. */
export function configValueText(field: string, value: unknown, locale: Locale, t: Words): string {
  if (typeof value === 'boolean') return value ? t('common.yes') : t('common.no');
  if (field === 'concurrencyFrom' && (value === 'knative' || value === 'gateway'))
    return t(`services.concurrencyFrom.${value}`);
  if (typeof value !== 'number') return typeof value === 'string' ? value : JSON.stringify(value);
  if (field.endsWith('Ms')) return formatLength(value, t);
  if ((field === 'maxScale' || field === 'containerConcurrency') && value === 0)
    return t('services.unlimited');
  return formatNumber(value, locale, Number.isInteger(value) ? 0 : 2);
}
