/** Go's ways of reading numbers and durations, as far as ConfigMaps and annotations use them. */

/** `strconv.ParseFloat`; null if it is none. */
export function parseFloatGo(text: string): number | null {
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** `strconv.ParseInt(text, 10, 32)`; null if it is none. */
export function parseInt32Go(text: string): number | null {
  if (!/^[+-]?\d+$/.test(text)) return null;
  const value = Number(text);
  return value >= -2147483648 && value <= 2147483647 ? value : null;
}

/** `strconv.ParseBool` as Knative's configmap parser reads it: anything but a true is false. */
export function parseBoolGo(text: string): boolean {
  return text.trim().toLowerCase() === 'true';
}

const unitMs: Record<string, number> = { ns: 1e-6, us: 1e-3, 'µs': 1e-3, 'μs': 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `time.ParseDuration` in ms; null if it is none. */
export function parseDurationMs(text: string): number | null {
  const match = /^([+-]?)(.+)$/.exec(text);
  if (!match) return null;
  const body = match[2]!;
  if (body === '0') return 0;
  const part = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;
  let total = 0;
  while (part.lastIndex < body.length) {
    const found = part.exec(body);
    if (!found) return null;
    total += Number(found[1]) * unitMs[found[2]!]!;
  }
  return match[1] === '-' ? -total : total;
}
