/** A fraction in percent, without the dust of binary fractions. */
export function percentOf(fraction: number): number {
  return Number((fraction * 100).toPrecision(10));
}
