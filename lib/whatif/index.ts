export { toAnnotations } from './annotations-yaml';
export {
  type Demand,
  demandFromReadings,
  type DemandHole,
  type DemandReading,
  holesOf,
  toOpenDemand,
} from './demand';
export { DemandFileError, demandFromCsv, demandFromPrometheus } from './demand-file';
export {
  compareWithRun,
  type ReplayError,
  type ReplayFigures,
  replayFiguresSchema,
  type ReplaySeries,
} from './figures';
export { type PodStart } from './pod-starts';
export { type Poke, Replayer, type ReplayOptions } from './replay';
export {
  configureWhatIf,
  fieldOfProblem,
  placeOf,
  settingsOf,
  type WhatIfBase,
  type WhatIfField,
  whatIfFields,
  type WhatIfSettings,
  whatIfSettingsSchema,
  withSettings,
} from './settings';
export {
  mostSweepPoints,
  type Objective,
  objectiveOf,
  paretoFront,
  settingsAt,
  sweep,
  type SweepGrid,
  sweepGridSchema,
  type SweepJob,
  type SweepPoint,
  sweepPointSchema,
  sweepSize,
} from './sweep';
export { parseSweepAxis, rangeValues, settingValue, SweepAxisError } from './sweep-values';
