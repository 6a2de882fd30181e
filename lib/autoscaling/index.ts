export { type BoundBy, boundBySchema } from '@/lib/model/bound-by';
export { ActivatorReports } from './activator-reports';
export { type Autoscaler, createAutoscaler, type PastSecond } from './autoscaler';
export { type AutoscalerConfig, autoscalerConfigSchema } from '@/lib/model/autoscaler-config';
export { configProblemSchema } from '@/lib/model/config-problem';
export { mpaAssumptions, type ResolvedConfig, resolveConfig } from './config/resolve';
export {
  type DecisionReason,
  decisionReasonSchema,
  type ScaleDecision,
  scaleDecisionSchema,
} from '@/lib/model/scale-decision';
export { explain } from './explain';
export { onRecordedMetric } from './hpa/recorded-metric';
export { ReadingTally } from './reading-tally';
export { estimateTickPhase, nextTick } from './tick-phase';
