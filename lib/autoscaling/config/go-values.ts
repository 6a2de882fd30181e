/**
 * Text to values as Go reads them: Knative parses annotations and ConfigMaps with Go's strconv and time packages, so
 * what is a number or a duration there decides what is one here. Each returns null for text that Go refuses.
 */

const decimalFloat = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;
const hexFloat =
  /^([+-]?)0[xX]_?([\da-fA-F]*(?:_[\da-fA-F]+)*)(?:\.([\da-fA-F]*(?:_[\da-fA-F]+)*))?[pP]([+-]?\d+)$/;

/** Go's strconv.ParseFloat(text, 64). */
export function parseGoFloat(text: string): number | null {
  if (decimalFloat.test(text)) {
    const value = Number(text.replaceAll('_', ''));
    return Number.isFinite(value) ? value : null;
  }
  const word = text.replace(/^[+-]/, '').toLowerCase();
  if (word === 'inf' || word === 'infinity') return text.startsWith('-') ? -Infinity : Infinity;
  if (text.toLowerCase() === 'nan') return NaN;
  const hex = hexFloat.exec(text);
  if (!hex) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = hex.map((part) =>
    part?.replaceAll('_', ''),
  );
  if (whole + fraction === '') return null;
  const value = Number(`0x${whole}${fraction}`) * 2 ** (Number(exponent) - 4 * fraction.length);
  return Number.isFinite(value) ? (sign === '-' ? -value : value) : null;
}

/** A whole number of Go's strconv.ParseInt(text, 10, bits): its value, or why it is not one. */
export function parseGoInt(text: string, bits: 32 | 64): number | 'syntax' | 'range' {
  if (!/^[+-]?\d+$/.test(text)) return 'syntax';
  const value = BigInt(text.replace(/^\+/, ''));
  const limit = 1n << BigInt(bits - 1);
  return value >= -limit && value < limit ? Number(value) : 'range';
}

/** Go's strconv.ParseBool. */
export function parseGoBool(text: string): boolean | null {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false;
  return null;
}

const nanosecondsPerUnit: Record<string, number> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** Go's time.ParseDuration, in milliseconds (a fraction of one is kept). */
export function parseGoDurationMs(text: string): number | null {
  const match = /^([+-]?)(.*)$/s.exec(text);
  const sign = match?.[1] === '-' ? -1 : 1;
  let rest = match?.[2] ?? '';
  if (rest === '0') return 0;
  if (rest === '') return null;
  let nanoseconds = 0;
  while (rest !== '') {
    const part = /^(\d*)(?:\.(\d*))?([^\d.]+)/.exec(rest);
    const [all = '', whole = '', fraction = '', unit = ''] = part ?? [];
    const scale = nanosecondsPerUnit[unit];
    if (!part || scale === undefined || whole + fraction === '') return null;
    nanoseconds += Number(whole || '0') * scale + Math.trunc(Number(`0.${fraction || '0'}`) * scale);
    rest = rest.slice(all.length);
  }
  // Go counts nanoseconds in an int64.
  return nanoseconds > 2 ** 63 ? null : (sign * nanoseconds) / 1e6;
}

/** Go's time.Duration printed: 90,000 ms is "1m30s". */
export function formatGoDuration(durationMs: number): string {
  if (durationMs === 0) return '0s';
  const sign = durationMs < 0 ? '-' : '';
  const ms = Math.abs(durationMs);
  if (ms < 1) return `${sign}${Math.round(ms * 1e6) / 1e3}µs`;
  if (ms < 1000) return `${sign}${ms}ms`;
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = Math.round((ms % 60_000) * 1e6) / 1e9;
  return `${sign}${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${seconds}s`;
}

/** Go's math.Round: half away from zero, where JavaScript rounds half up. */
export function roundHalfAway(value: number): number {
  const whole = Math.trunc(value);
  return Math.abs(value - whole) >= 0.5 ? whole + Math.sign(value) : whole;
}
