import { holds, parseExpression, scanExpression } from '@/lib/verdict/thresholds/expression';
import { exactly } from '@/lib/verdict/bounds';
import { type TrendValues } from './values';

/** A k6 threshold with its verdict over a metric's totals; none where the expression cannot be judged from them. */
export function judge(
  source: string,
  values: Readonly<Record<string, number>>,
  trend: TrendValues | null,
): { source: string; ok: boolean }[] {
  const expression = parseExpression(source);
  if (!expression) return [];
  const { percentile } = expression;
  const known = values[scanExpression(source)?.left ?? ''];
  const value = known ?? (percentile === null ? null : trend?.quantile(percentile / 100)) ?? null;
  const ok = value === null ? null : holds(expression, exactly(value));
  return ok === null ? [] : [{ source, ok }];
}
