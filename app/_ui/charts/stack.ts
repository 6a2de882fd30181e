import { type Corner } from './series';

/** A corner of an area that lies on others: `y` with all below it, `own` without. */
export interface StackedCorner extends Corner {
  own: number;
}

export interface Stackable {
  stack?: string | undefined;
  data: readonly Corner[];
  hidden: boolean;
}

/**
 * Each dataset's data, those of one `stack` put upon each other in their order; a hidden one takes no place. chart.js
 * does the same by itself (`stacked`), but sorts all its datasets twice for each point of each.
 */
export function stackUp(datasets: readonly Stackable[]): StackedCorner[][] {
  const tops = new Map<string, Map<number, number>>();
  return datasets.map(({ stack, data, hidden }) => {
    if (stack === undefined || hidden) return data.map(({ x, y }) => ({ x, y, own: y }));
    const top = tops.get(stack) ?? new Map<number, number>();
    tops.set(stack, top);
    return data.map(({ x, y }) => {
      const reached = (top.get(x) ?? 0) + y;
      top.set(x, reached);
      return { x, y: reached, own: y };
    });
  });
}
