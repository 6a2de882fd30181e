import { type Figure } from '@/lib/model/message';
import { formatIncidentLength } from './format';
import { type Locale } from './locale';
import { type Words } from './words';

const missing = '–';

/** A number as a language writes it inside a sentence. */
export function figureIn(locale: Locale, t: Words, { figure, value }: Figure): string {
  if (value === null) return missing;
  // Measured values have three figures in Chinese; in other languages one digit behind the point.
  const long = locale === 'zh-Hant';
  switch (figure) {
    case 'whole':
      return grouped(Math.round(value), 0);
    case 'tenths':
      return tenths(value);
    case 'second':
      return tenths(value / 1000);
    case 'precise':
      return precise(value, long);
    case 'seconds':
      return t('figures.seconds', { seconds: precise(value / 1000, long) });
    case 'duration':
      return long ? longDuration(value) : duration(value);
    case 'incidentLength':
      return formatIncidentLength(value, locale);
    case 'length':
      return length(t, value, long);
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

function precise(value: number, long: boolean): string {
  const rounded = Number(value.toPrecision(Math.abs(value) >= 100 ? 4 : 3));
  return long ? grouped(rounded, Number.isInteger(Number(rounded.toPrecision(3))) ? 0 : 1) : String(rounded);
}

function duration(ms: number): string {
  return Math.abs(ms) >= 999.5 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms)} ms`;
}

function longDuration(ms: number): string {
  const size = Math.abs(ms);
  if (size >= 999.5) return `${grouped(ms / 1000, size >= 99_950 ? 0 : size >= 9995 ? 1 : 2)} s`;
  return `${grouped(ms, size === 0 ? 0 : size < 1 ? 2 : size < 9.95 ? 1 : 0)} ms`;
}

function length(t: Words, ms: number, long: boolean): string {
  const total = Math.round(ms / 1000);
  const [minutes, rest] = [Math.floor(total / 60), total % 60];
  if (minutes === 0)
    return t('figures.seconds', {
      seconds: long ? (ms < 9950 ? grouped(ms / 1000, 1) : String(total)) : tenths(ms / 1000),
    });
  if (long && minutes >= 60)
    return t('figures.hours-and-minutes', {
      hours: Math.floor(minutes / 60),
      minutes: String(minutes % 60).padStart(2, '0'),
    });
  return rest === 0
    ? t('figures.minutes', { minutes })
    : t('figures.minutes-and-seconds', {
        minutes,
        seconds: long ? String(rest).padStart(2, '0') : rest,
      });
}
