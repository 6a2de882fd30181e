import { type Words } from '@/lib/words/words';
import {
  type Objective,
  type ReplayFigures,
  type SweepPoint,
  type WhatIfField,
  type WhatIfSettings,
} from '@/lib/whatif';

/** A point whose settings were played, not refused. */
export type CountedPoint = Extract<SweepPoint, { figures: ReplayFigures }>;

/** What a sweep weighs pod-seconds against. */
export type Against = Extract<Objective, 'underCapacitySeconds' | 'p99WaitMs'>;

/** What sets a point apart, in the form's words. */
export function settingsWords(settings: WhatIfSettings, t: Words): string {
  return Object.entries(settings)
    .map(([field, value]) => `${t(`whatif.fields.${field as WhatIfField}`)} ${value}`)
    .join(t('common.listSeparator'));
}

/** The points that are weighed against each other: those of a sweep that were played, and what was typed above it. */
export const weighedPoints = (points: readonly SweepPoint[], typed: CountedPoint | null): CountedPoint[] => [
  ...points.flatMap((point): CountedPoint[] => ('figures' in point ? [point] : [])),
  ...(typed ? [typed] : []),
];
