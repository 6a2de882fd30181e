/**
 * A window of one-second buckets (spec, section 2). Times are Unix milliseconds; a bucket is a Unix second. Values of
 * the same second add up, a value a whole window late is ignored.
 */
export interface BucketWindow {
  record(atMs: number, value: number): void;
  /** The average at `atMs`; 0 where the window has nothing. */
  average(atMs: number): number;
  /** Nothing recorded for longer than the window. */
  isEmpty(atMs: number): boolean;
  /** Changes the length at `atMs`, keeping what fits. */
  resize(windowMs: number, atMs: number): void;
}

/** A second before any that is recorded. */
export const never = -1e12;

export const secondOf = (atMs: number): number => Math.floor(atMs / 1000);

export const bucketCount = (windowMs: number): number => Math.ceil(windowMs / 1000);
