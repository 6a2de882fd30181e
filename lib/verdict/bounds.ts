import { type VerdictOutcome } from '@/lib/model/verdict';

/** What a figure surely is at the least and at the most: apart where the recording leaves it open. */
export interface Bounds {
  least: number;
  most: number;
}

/** A figure that is known. */
export function exactly(value: number): Bounds {
  return { least: value, most: value };
}

/** A figure against what is allowed: what the bounds leave open is in doubt. */
export function outcomeOf({ least, most }: Bounds, allowed: number): VerdictOutcome {
  if (least > allowed) return 'fail';
  return most <= allowed ? 'pass' : 'unclear';
}
