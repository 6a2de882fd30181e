// 95 % confidence for a population of which we assume a standard deviation: 1.96² × 100 / 25.
const spread = 15.3664;

/** How many of `pods` the scraper asks (spec, section 2.1; Knative pkg/autoscaler/metrics/sample_size.go). */
export function sampleSize(pods: number): number {
  if (pods <= 0) return 0;
  return pods <= 3 ? pods : Math.ceil((pods * spread) / (pods + spread - 1));
}
