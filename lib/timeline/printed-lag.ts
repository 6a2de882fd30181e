import { lengthBySteps, printedStepMs } from './incident-message';

/** A lag and its parts, ms; a part that is null is not known. */
interface Lag {
  totalMs: number | null;
  /** In the order in which they follow each other from its beginning. */
  parts: readonly (number | null)[];
}

/**
 * A lag that began at a moment, with its parts, as they are printed everywhere: as of an incident the marks are rounded,
 * not the lengths, so that parts add up to the whole, which is the difference of the moments that are printed beside it.
 * Of something early lengths are negative. Where a part is not known, those after it have no marks and are rounded themselves.
 */
export function printedLag(
  beganMs: number,
  { totalMs, parts }: Lag,
): { totalMs: number | null; parts: (number | null)[] } {
  const stepMs = printedStepMs(Math.abs(totalMs ?? 0));
  let fromMs: number | null = beganMs;
  return {
    totalMs: totalMs === null ? null : lengthBySteps({ fromMs: beganMs, toMs: beganMs + totalMs }, stepMs),
    parts: parts.map((part) => {
      if (part === null) return (fromMs = null);
      const span = { fromMs: fromMs ?? 0, toMs: (fromMs ?? 0) + part };
      if (fromMs !== null) fromMs = span.toMs;
      return lengthBySteps(span, stepMs);
    }),
  };
}
