import { type Message } from '@/lib/model/message';
import { parseSweepAxis, rangeValues, SweepAxisError, type SweepGrid, type WhatIfField } from '@/lib/whatif';

/** One setting that a sweep varies, as typed. */
export interface AxisDraft {
  field: WhatIfField | '';
  kind: 'range' | 'list';
  from: string;
  to: string;
  step: string;
  list: string;
}

export const noAxis: AxisDraft = { field: '', kind: 'range', from: '', to: '', step: '', list: '' };

/** The axes as a grid, or why one of them is none. Axes without a setting are left out. */
export function gridOf(axes: readonly AxisDraft[]): { grid: SweepGrid; errors: (Message | null)[] } {
  const grid: SweepGrid = [];
  const errors = axes.map((axis) => {
    if (axis.field === '') return null;
    try {
      const { field, values } =
        axis.kind === 'list'
          ? parseSweepAxis(axis.field, axis.list)
          : {
              field: axis.field,
              values: rangeValues(numberOf(axis.from), numberOf(axis.to), numberOf(axis.step)),
            };
      grid.push({ field, values });
      return null;
    } catch (error) {
      if (error instanceof SweepAxisError) return error.said;
      throw error;
    }
  });
  return { grid, errors };
}

/** A range around a setting's value that is worth a look. */
export function suggestedAxis(
  field: WhatIfField,
  value: number | string | undefined,
  choices: readonly string[] | undefined,
): AxisDraft {
  if (choices) return { ...noAxis, field, kind: 'list', list: choices.join(', ') };
  const ranges: Partial<Record<WhatIfField, [number, number, number]>> = {
    targetUtilizationPercent: [30, 100, 10],
    stableWindowSeconds: [10, 120, 10],
    panicWindowPercent: [5, 50, 5],
    panicThresholdPercent: [110, 400, 10],
    minScale: [0, 10, 1],
    maxScale: [5, 30, 5],
    initialScale: [1, 5, 1],
    activationScale: [2, 10, 1],
    scaleDownDelaySeconds: [0, 120, 15],
    scaleToZeroGraceSeconds: [10, 60, 10],
    scaleToZeroRetentionSeconds: [0, 300, 60],
    containerConcurrency: [1, 20, 1],
    podStartMs: [500, 5000, 500],
    readinessInitialDelaySeconds: [0, 20, 2],
    readinessPeriodSeconds: [0, 10, 1],
    readinessSuccessThreshold: [1, 3, 1],
    targetBurstCapacity: [0, 400, 50],
    maxScaleUpRate: [2, 10, 1],
    maxScaleDownRate: [1.5, 4, 0.5],
    pricePerPodHour: [0.01, 0.1, 0.01],
  };
  const own = typeof value === 'number' && value > 0 ? value : 1;
  const [from, to, step] = ranges[field] ?? [round(own * 0.4), round(own * 1.6), round(own * 0.1)];
  return { ...noAxis, field, from: String(from), to: String(to), step: String(step) };
}

function round(value: number): number {
  return Math.max(0.01, Number(value.toPrecision(2)));
}

function numberOf(text: string): number {
  return text.trim() === '' ? NaN : Number(text);
}
