import { type TrendValues } from './values';

const expression =
  /^\s*(avg|min|max|med|count|rate|value|p\((\d+(?:\.\d+)?)\))\s*(<=|>=|===|==|!=|<|>)\s*(-?\d+(?:\.\d+)?)\s*$/;

/** A k6 threshold with its verdict over a metric's totals; none where the expression cannot be judged from them. */
export function judge(
  source: string,
  values: Readonly<Record<string, number>>,
  trend: TrendValues | null,
): { source: string; ok: boolean }[] {
  const match = expression.exec(source);
  const [, name = '', percentile, operator = '', limitText = ''] = match ?? [];
  const value =
    percentile === undefined
      ? values[name]
      : (values[name] ?? trend?.quantile(Number(percentile) / 100) ?? undefined);
  if (!match || value === undefined) return [];
  return [{ source, ok: holds(value, operator, Number(limitText)) }];
}

function holds(value: number, operator: string, limit: number): boolean {
  switch (operator) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
    case '!=':
      return value !== limit;
    default:
      return value === limit;
  }
}
