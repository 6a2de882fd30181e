/** The HPA controller's flags with their defaults in Kubernetes 1.36. */
export interface HpaTimings {
  downscaleStabilizationMs: number;
  /** Fraction by which a ratio may miss 1 without a change. */
  tolerance: number;
  cpuInitializationPeriodMs: number;
  initialReadinessDelayMs: number;
}

export const defaultHpaTimings: Readonly<HpaTimings> = {
  downscaleStabilizationMs: 300_000,
  tolerance: 0.1,
  cpuInitializationPeriodMs: 300_000,
  initialReadinessDelayMs: 30_000,
};
