import { type Words } from './words';
import { type Locale } from './locale';

const missing = '–';
/** Dates in English are written day first. */
const tagOf = (locale: Locale): string => (locale === 'en' ? 'en-GB' : locale);

/**
 * A number with a fixed count of digits behind the point; a dash for none. Both languages group by comma and divide by
 * point; a page's first Intl.NumberFormat takes longer than to draw a chart, and the figures are drawn before it.
 */
export function formatNumber(value: number | null | undefined, _locale: Locale, digits = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return missing;
  const [whole = '', fraction] = Math.abs(value).toFixed(digits).split('.');
  const grouped = whole.length > 3 ? whole.replace(/\B(?=(\d{3})+$)/g, ',') : whole;
  return `${value < 0 ? '-' : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** A rate: two digits behind the point below 1, one below 100, none above. */
export function formatRate(value: number | null | undefined, locale: Locale): string {
  const size = Math.abs(value ?? 0);
  return formatNumber(value, locale, size >= 100 || size === 0 ? 0 : size < 1 ? 2 : 1);
}

/** Units of time as a language writes them: by their symbols, but in Chinese, whose sentences write them out. */
const unitsOf = (locale: Locale): { ms: string; s: string } =>
  locale.startsWith('zh') ? { ms: '毫秒', s: '秒' } : { ms: 'ms', s: 's' };

/** Milliseconds with a unit that keeps three figures: `0.42 ms`, `31 ms`, `1.94 s`. */
export function formatMs(value: number | null | undefined, locale: Locale): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return missing;
  const size = Math.abs(value);
  const { ms, s } = unitsOf(locale);
  if (size >= 99_950) return `${formatNumber(value / 1000, locale)} ${s}`;
  if (size >= 9995) return `${formatNumber(value / 1000, locale, 1)} ${s}`;
  if (size >= 999.5) return `${formatNumber(value / 1000, locale, 2)} ${s}`;
  return `${formatNumber(value, locale, size === 0 ? 0 : size < 1 ? 2 : size < 9.95 ? 1 : 0)} ${ms}`;
}

/**
 * How long an incident, a lag or a part of them was, in ms: tenths of a second, ms below one. As fine whatever its size, so that
 * what is printed adds up; of ends that were rounded so (`incidentLengthMs`) nothing is lost.
 */
export function formatIncidentLength(value: number | null | undefined, locale: Locale): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return missing;
  const { ms, s } = unitsOf(locale);
  return Math.abs(value) >= 999.5
    ? `${formatNumber(value / 1000, locale, 1)} ${s}`
    : `${formatNumber(value, locale)} ${ms}`;
}

/** What of a run tells its worst incident. */
interface WorstIncidentFigures {
  worstIncidentMs?: number | null | undefined;
  worstIncidentOpen?: boolean | null | undefined;
}

/** A run's worst incident where there is little room: `≥ 24.0 s` of one that had not ended. */
export function formatWorstIncident(
  figures: WorstIncidentFigures | null | undefined,
  locale: Locale,
): string {
  const length = formatIncidentLength(figures?.worstIncidentMs, locale);
  return figures?.worstIncidentOpen ? `≥ ${length}` : length;
}

/** The same in words. */
export function worstIncidentText(figures: WorstIncidentFigures, t: Words, locale: Locale): string {
  const time = formatIncidentLength(figures.worstIncidentMs, locale);
  return figures.worstIncidentOpen ? t('figures.at-least-open', { time }) : time;
}

/** Bytes in the decimal units that k6 uses. */
export function formatBytes(value: number, locale: Locale): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let size = value;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  return `${formatNumber(size, locale, unit === 0 || size >= 100 ? 0 : 1)} ${units[unit]!}`;
}

/** A sentence no number of which is parted from its unit at the end of a line. */
export function unparted(sentence: string): string {
  return sentence.replace(/(\d) (?=(?:ms|s|min|h|%|[\u4e00-\u9fff])(?![a-z]))/g, '$1\u00a0');
}

/** A share of 1 in percent: enough digits that a few failures in many requests never read as 0 %. */
export function formatShare(value: number | null | undefined, locale: Locale): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return missing;
  if (value === 0) return '0 %';
  const percent = value * 100;
  return percent < 0.01
    ? '< 0.01 %'
    : `${formatNumber(percent, locale, percent < 1 || (percent > 99 && percent < 100) ? 2 : percent === 100 ? 0 : 1)} %`;
}

/** A moment on the run's clock: `0:04`, `1:02:03`; with `tenths`: `0:04.2`. */
export function formatClock(atMs: number, tenths = false): string {
  const sign = atMs < 0 ? '−' : '';
  const total = tenths ? Math.round(Math.abs(atMs) / 100) / 10 : Math.round(Math.abs(atMs) / 1000);
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const seconds = (total % 60).toFixed(tenths ? 1 : 0).padStart(tenths ? 4 : 2, '0');
  return hours > 0
    ? `${sign}${hours}:${String(minutes).padStart(2, '0')}:${seconds}`
    : `${sign}${minutes}:${seconds}`;
}

/** The time of day of a moment whose zone is added already (Unix ms): `13:07:42`. */
export function formatTimeOfDay(zonedMs: number, tenths = false): string {
  const rounded = tenths ? Math.round(zonedMs / 100) * 100 : Math.round(zonedMs / 1000) * 1000;
  return new Date(rounded).toISOString().slice(11, tenths ? 21 : 19);
}

/** A length of time: `42 s`, `1 min 54 s`, `2 h 05 min`. */
export function formatLength(ms: number | null | undefined, t: Words): string {
  if (ms === null || ms === undefined) return missing;
  const seconds = Math.round(ms / 1000);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  if (seconds < 60) return t('lengths.seconds', { seconds: ms < 9950 ? (ms / 1000).toFixed(1) : seconds });
  if (seconds < 3600)
    return t('lengths.minutes', { minutes: Math.floor(seconds / 60), seconds: two(seconds % 60) });
  return t('lengths.hours', { hours: Math.floor(seconds / 3600), minutes: two((seconds % 3600) / 60) });
}

/** One formatter a language: to make one takes longer than to format a page of times with it. */
function perLocale<T>(make: (tag: string) => T): (locale: Locale) => T {
  const made = new Map<Locale, T>();
  return (locale) => {
    let one = made.get(locale);
    if (one === undefined) made.set(locale, (one = make(tagOf(locale))));
    return one;
  };
}

// By the charts' clock of 24 hours in each language.
const dateTimeFormat = perLocale(
  (tag) => new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' }),
);
const dayFormat = perLocale((tag) => new Intl.DateTimeFormat(tag, { month: 'short', day: 'numeric' }));
const hourFormat = perLocale(
  (tag) => new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
);
const secondFormat = perLocale(
  (tag) => new Intl.DateTimeFormat(tag, { timeStyle: 'medium', hourCycle: 'h23' }),
);
const agoFormat = perLocale((tag) => new Intl.RelativeTimeFormat(tag, { numeric: 'auto', style: 'short' }));

/** Date and time in the reader's own zone. */
export function formatDateTime(unixMs: number, locale: Locale): string {
  return dateTimeFormat(locale).format(unixMs);
}

/** A day of the reader's own zone, short. */
export function formatDay(unixMs: number, locale: Locale): string {
  return dayFormat(locale).format(unixMs);
}

/** The time of day in the reader's own zone, to the minute or the second. */
export function formatHour(unixMs: number, locale: Locale, toSecond = false): string {
  return (toSecond ? secondFormat : hourFormat)(locale).format(unixMs);
}

/** Date and time in UTC to the second, ISO 8601. */
export function formatUtc(unixMs: number): string {
  return `${new Date(unixMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** How long ago, in the largest unit that fits. */
export function formatAgo(unixMs: number, nowMs: number, locale: Locale): string {
  const format = agoFormat(locale);
  const seconds = Math.round((unixMs - nowMs) / 1000);
  const size = Math.abs(seconds);
  if (size < 60) return format.format(seconds, 'second');
  if (size < 3600) return format.format(Math.round(seconds / 60), 'minute');
  if (size < 86_400) return format.format(Math.round(seconds / 3600), 'hour');
  return format.format(Math.round(seconds / 86_400), 'day');
}
