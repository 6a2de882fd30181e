export { resolveConfig, type Aggregation, type AutoscalerClass, type AutoscalerConfig, type ConfigInput } from './config';
export { type ConfigProblem } from './annotations';
export { knativeDefaults } from './config-map';
export { createAutoscaler, type Autoscaler, type BoundBy, type DecisionReason, type ScaleDecision, type TickInput, type UnixMs } from './autoscaler';
export { explain } from './explain';
