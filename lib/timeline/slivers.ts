import { pushMs } from './columns';

interface Span {
  fromMs: number;
  toMs: number;
}

/**
 * The columns without slivers, those shorter than half a step: one is joined to what follows it without a hole, or, at
 * an end, to what comes before. k6 pushes between two seconds when a load ends and when requests come after a time
 * without any; so many requests by so few ms is a rate that nobody sent.
 */
export function joinSlivers<C extends Span>(
  columns: readonly C[],
  join: (parts: C[]) => C,
  stepMs = pushMs,
): readonly C[] {
  const leastMs = stepMs / 2;
  if (columns.every(({ fromMs, toMs }) => toMs - fromMs >= leastMs)) return columns;
  const groups: C[][] = [];
  let slivers: C[] = [];
  const end = (): void => {
    const before = groups.at(-1);
    if (before && slivers[0] && before.at(-1)!.toMs === slivers[0].fromMs) before.push(...slivers);
    else if (slivers.length > 0) groups.push(slivers);
    slivers = [];
  };
  for (const column of columns) {
    if (slivers.length > 0 && slivers.at(-1)!.toMs !== column.fromMs) end();
    slivers.push(column);
    if (column.toMs - slivers[0]!.fromMs < leastMs) continue;
    groups.push(slivers);
    slivers = [];
  }
  end();
  return groups.map((parts) => (parts.length === 1 ? parts[0]! : join(parts)));
}
