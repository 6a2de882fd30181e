/** 1.96² · 100 / 25: 95 % confidence, population variance 100, margin of error 5. */
const unboundedSample = (1.96 * 1.96 * 100) / 25;

/** How many of `pods` pods the autoscaler's scraper asks for their load each second (spec, section 2.1). */
export function scrapeSampleSize(pods: number): number {
  if (pods <= 3) return Math.max(pods, 0);
  return Math.ceil((pods * unboundedSample) / (pods + unboundedSample - 1));
}
