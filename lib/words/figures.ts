import { type Figure } from '@/lib/model/message';
import { formatIncidentLength } from './format';
import { type Locale } from './locale';
import { type Words } from './words';

const missing = '–';

/** A number as a language writes it inside a sentence. */
export function figureIn(locale: Locale, t: Words, { figure, value }: Figure): string {
  if (value === null) return missing;
  switch (figure) {
    case 'whole':
      return grouped(Math.round(value), 0);
    case 'tenths':
      return tenths(value);
    case 'second':
      return tenths(value / 1000);
    case 'precise':
      return precise(value);
    case 'seconds':
      return t('figures.seconds', { seconds: precise(value / 1000) });
    case 'duration':
    case 'incidentLength':
      return formatIncidentLength(value, locale);
    case 'length':
      return length(t, value);
  }
}

function grouped(value: number, digits: number): string {
  const [whole = '', fraction] = Math.abs(value).toFixed(digits).split('.');
  return `${value < 0 ? '-' : ''}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${fraction === undefined ? '' : `.${fraction}`}`;
}

function tenths(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return grouped(rounded, Number.isInteger(rounded) ? 0 : 1);
}

function precise(value: number): string {
  return String(Number(value.toPrecision(Math.abs(value) >= 100 ? 4 : 3)));
}

function length(t: Words, ms: number): string {
  const total = Math.round(ms / 1000);
  const [minutes, seconds] = [Math.floor(total / 60), total % 60];
  if (minutes === 0) return t('figures.seconds', { seconds: tenths(ms / 1000) });
  if (minutes >= 60)
    return t('figures.hours-and-minutes', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
  return seconds === 0
    ? t('figures.minutes', { minutes })
    : t('figures.minutes-and-seconds', { minutes, seconds });
}
