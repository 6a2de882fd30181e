export { toAnnotations } from './annotations-yaml';
export { type Demand, demandFromReadings, holesOf, toOpenDemand } from './demand';
export { DemandFileError, demandFromCsv, demandFromPrometheus } from './demand-file';
export { fidelityOf, replayFidelity, type ShownFigure } from './fidelity';
export { compareWithRun, type ReplayFigures, replayFiguresSchema, type ReplaySeries } from './figures';
export { probeSettingsOf } from './probed-starts';
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
} from './settings';
export {
  mostSweepPoints,
  type Objective,
  objectiveOf,
  paretoFront,
  type ReplayedPoint,
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
