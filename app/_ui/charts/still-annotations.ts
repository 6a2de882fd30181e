import { type Chart, type Plugin } from 'chart.js';
import annotation from 'chartjs-plugin-annotation';

const held = new WeakSet<Chart>();
const places = new WeakMap<Chart, string>();

/** Whether a chart's annotations stay as they are at its next update. Until this is said of a chart, they are always looked at. */
export function holdAnnotations(chart: Chart, stay: boolean): void {
  if (stay) held.add(chart);
  else held.delete(chart);
}

/**
 * The annotation plug-in, asked to place its elements only where they can have moved: each second of a live run changes
 * the data of four charts, seldom their axis, and to resolve the options of every line again is a quarter of the work.
 */
export const stillAnnotations: Plugin = {
  ...(annotation as Plugin),
  afterUpdate(chart, args, options) {
    const {
      chartArea: area,
      scales: { x },
    } = chart;
    const place = [x?.min, x?.max, area.left, area.right, area.top, area.bottom].join(' ');
    if (held.has(chart) && places.get(chart) === place) return;
    places.set(chart, place);
    (annotation as Plugin).afterUpdate?.(chart, args, options);
  },
};
