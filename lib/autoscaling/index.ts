export { type BoundBy, boundBySchema } from './bound-by';
export { type Autoscaler, type AutoscalerStart, createAutoscaler } from './autoscaler';
export {
  type AutoscalerClass,
  autoscalerClassSchema,
  type AutoscalerConfig,
  autoscalerConfigSchema,
  type ConfigField,
  type ConfigSource,
  type UnixMs,
} from './config/config';
export { type ConfigProblem, configProblemSchema } from './config/problem';
export { mpaAssumptions, type ResolvedConfig, resolveConfig } from './config/resolve';
export {
  type DecisionReason,
  decisionReasonSchema,
  type ScaleDecision,
  scaleDecisionSchema,
} from './decision';
export { explain } from './explain';
export { onRecordedMetric } from './hpa/recorded-metric';
export { ReadingTally } from './reading-tally';
