import { type WhatIfField } from '@/lib/whatif';
import { type Messages } from '@/lib/words/words';

export type FieldGroup = keyof Messages['whatif']['groups'];

/** The settings in the groups that the form shows them in. */
export const fieldGroups: readonly { group: FieldGroup; fields: readonly WhatIfField[]; open: boolean }[] = [
  {
    group: 'scaling',
    open: true,
    fields: [
      'class',
      'metric',
      'concurrencyFrom',
      'target',
      'targetUtilizationPercent',
      'containerConcurrency',
    ],
  },
  { group: 'bounds', open: true, fields: ['minScale', 'maxScale', 'initialScale', 'activationScale'] },
  {
    group: 'panic',
    open: false,
    fields: [
      'stableWindowSeconds',
      'panicWindowPercent',
      'panicThresholdPercent',
      'maxScaleUpRate',
      'aggregation',
    ],
  },
  {
    group: 'down',
    open: false,
    fields: [
      'scaleDownDelaySeconds',
      'scaleToZeroGraceSeconds',
      'scaleToZeroRetentionSeconds',
      'maxScaleDownRate',
      'targetBurstCapacity',
    ],
  },
  { group: 'simulation', open: true, fields: ['podStartMs', 'pricePerPodHour'] },
  {
    group: 'readiness',
    open: false,
    fields: ['readinessInitialDelaySeconds', 'readinessPeriodSeconds', 'readinessSuccessThreshold'],
  },
];

const hpaFields: readonly WhatIfField[] = [
  'class',
  'metric',
  'target',
  'containerConcurrency',
  'minScale',
  'maxScale',
  'stableWindowSeconds',
  'podStartMs',
  'readinessInitialDelaySeconds',
  'readinessPeriodSeconds',
  'readinessSuccessThreshold',
  'pricePerPodHour',
];

/** Whether a setting means anything for a class. */
export function applies(field: WhatIfField, autoscalerClass: string): boolean {
  if (autoscalerClass === 'hpa') return hpaFields.includes(field);
  if (autoscalerClass === 'mpa')
    return !['metric', 'concurrencyFrom', 'scaleToZeroGraceSeconds', 'targetBurstCapacity'].includes(field);
  return true;
}

/** Whether a setting is of the readiness probe: without one that is known nothing would change. */
export function isOfProbe(field: WhatIfField): boolean {
  return field.startsWith('readiness');
}

/** The words that a setting may be, where it is not a number. */
export const choicesOf: Partial<Record<WhatIfField, readonly string[]>> = {
  class: ['kpa', 'mpa', 'hpa'],
  metric: ['concurrency', 'rps', 'cpu', 'memory'],
  concurrencyFrom: ['knative', 'gateway'],
  aggregation: ['linear', 'weighted-exponential'],
};
