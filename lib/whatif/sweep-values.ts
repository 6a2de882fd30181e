import { CodedError, message, messageOfIssue } from '@/lib/model/message';
import { mostSweepPoints, type SweepGrid } from './sweep';
import { type WhatIfField, whatIfFields, whatIfSettingsSchema } from './settings';

/** A sweep's axis that cannot be read; its message says what to write. */
export class SweepAxisError extends CodedError {}

/** Settings whose values are words. */
const wordFields = new Set<WhatIfField>(['class', 'metric', 'concurrencyFrom', 'aggregation']);

/** The numbers from `from` to `to` in steps, both ends included where the step meets them. Throws SweepAxisError. */
export function rangeValues(from: number, to: number, step: number): number[] {
  if (![from, to, step].every(Number.isFinite))
    throw new SweepAxisError(message('validation.axis-not-numbers'));
  if (step <= 0) throw new SweepAxisError(message('validation.axis-step'));
  if (to < from) throw new SweepAxisError(message('validation.axis-order'));
  const count = Math.floor((to - from) / step + 1e-9) + 1;
  if (count > mostSweepPoints)
    throw new SweepAxisError(message('validation.axis-too-many-values', { most: mostSweepPoints }));
  return Array.from({ length: count }, (_, index) => Number((from + index * step).toPrecision(12)));
}

/** One axis from text: `from:to:step`, or values parted by commas. Throws SweepAxisError. */
export function parseSweepAxis(field: string, text: string): SweepGrid[number] {
  const known = whatIfFields.find((one) => one === field);
  if (!known)
    throw new SweepAxisError(
      message('validation.axis-no-setting', { field, fields: whatIfFields.join(', ') }),
    );
  const parts = text.split(':').map((part) => part.trim());
  if (parts.length === 3)
    return {
      field: known,
      values: rangeValues(numberIn(parts[0]!), numberIn(parts[1]!), numberIn(parts[2]!)),
    };
  if (parts.length !== 1) throw new SweepAxisError(message('validation.axis-form'));
  const values = text
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
  if (values.length === 0) throw new SweepAxisError(message('validation.axis-no-values'));
  return { field: known, values: values.map((value) => settingValue(known, value)) };
}

/** A setting's value from text: a number, or a word where the setting takes one. Throws SweepAxisError. */
export function settingValue(field: WhatIfField, text: string): number | string {
  const value = wordFields.has(field) ? text : numberIn(text);
  const issue = whatIfSettingsSchema.safeParse({ [field]: value }).error?.issues[0];
  if (issue) throw new SweepAxisError(messageOfIssue(issue));
  return value;
}

function numberIn(text: string): number {
  const value = text === '' ? NaN : Number(text);
  if (!Number.isFinite(value)) throw new SweepAxisError(message('validation.no-number', { text }));
  return value;
}
