import { type Bounds } from '@/lib/verdict/bounds';

const methods = ['value', 'count', 'rate', 'avg', 'min', 'med', 'max', 'p'] as const;
export type Method = (typeof methods)[number];

/** In the order in which k6 looks for them: a longer one before those that are in it. */
const operators = ['<=', '<', '>=', '>', '===', '==', '!='] as const;
type Operator = (typeof operators)[number];

/** A threshold such as `p(99.9) < 300`. */
export interface Expression {
  method: Method;
  /** 0..100 of the method `p`; null of every other. */
  percentile: number | null;
  operator: Operator;
  limit: number;
}

/**
 * A threshold's expression as k6 reads it (metrics/thresholds_parser.go; that a percentile is 0 to 100 is of its v2.2: v1.8
 * crashes on others). Null where it is none.
 */
export function parseExpression(source: string): Expression | null {
  const scanned = scanExpression(source);
  const method = scanned && parseMethod(scanned.left);
  const limit = scanned && parseFloatOfGo(scanned.right);
  if (!method || limit === null) return null;
  return { ...method, operator: scanned.operator, limit };
}

/** The two sides of an expression, whatever they say; null where it has no operator with something behind it. */
export function scanExpression(source: string): { left: string; operator: Operator; right: string } | null {
  for (const operator of operators) {
    const at = source.indexOf(operator);
    const right = at < 0 ? '' : source.slice(at + operator.length);
    if (right !== '') return { left: source.slice(0, at).trim(), operator, right: right.trim() };
  }
  return null;
}

/** What of a metric is judged; null where k6 knows no such method. */
export function parseMethod(text: string): Pick<Expression, 'method' | 'percentile'> | null {
  const method = methods.find((known) => known === text);
  // A bare `p` passes k6's parser, and no metric has it.
  if (method) return { method, percentile: null };
  const inner = /^p\((.*)\)$/s.exec(text)?.[1];
  const percentile = inner === undefined ? null : parseFloatOfGo(inner);
  return percentile !== null && percentile >= 0 && percentile <= 100 ? { method: 'p', percentile } : null;
}

/** Whether an expression holds for what is known of its value; null where that leaves it open. */
export function holds({ operator, limit }: Expression, { least, most }: Bounds): boolean | null {
  if (Number.isNaN(limit)) return operator === '!=';
  switch (operator) {
    case '<':
      return most < limit || (least >= limit ? false : null);
    case '<=':
      return most <= limit || (least > limit ? false : null);
    case '>':
      return least > limit || (most <= limit ? false : null);
    case '>=':
      return least >= limit || (most < limit ? false : null);
    case '!=':
      return negated(isEqual(limit, least, most));
    default:
      return isEqual(limit, least, most);
  }
}

function isEqual(limit: number, least: number, most: number): boolean | null {
  if (limit < least || limit > most) return false;
  return least === most ? true : null;
}

function negated(held: boolean | null): boolean | null {
  return held === null ? null : !held;
}

/** Go's strconv.ParseFloat of 64 bits; null where it gives an error: no number, or one that is too large. */
function parseFloatOfGo(text: string): number | null {
  if (/^nan$/i.test(text)) return NaN;
  const infinite = /^([+-]?)inf(?:inity)?$/i.exec(text);
  if (infinite) return infinite[1] === '-' ? -Infinity : Infinity;
  const number = /^[+-]?0x/i.test(text)
    ? parseHex(text.replace(/(?<=[\da-fx])_(?=[\da-f])/gi, ''))
    : parseDecimal(text.replace(/(?<=\d)_(?=\d)/g, ''));
  return Number.isFinite(number) ? number : null;
}

function parseDecimal(text: string): number {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
}

function parseHex(text: string): number {
  const [, sign, whole = '', part = '', exponent] =
    /^([+-]?)0x([\da-f]*)\.?([\da-f]*)p([+-]?\d+)$/i.exec(text) ?? [];
  if (whole + part === '') return NaN;
  return (sign === '-' ? -1 : 1) * parseInt(whole + part, 16) * 2 ** (Number(exponent) - 4 * part.length);
}
