import { type Autoscaler } from '../autoscaler';
import { type AutoscalerConfig } from '../config/config';
import { type ScaleDecision } from '../decision';

/** The HorizontalPodAutoscaler's calculation over one recorded metric. */
export class HpaAutoscaler implements Autoscaler {
  constructor(public config: AutoscalerConfig) {
    throw new Error('class hpa is not calculated yet');
  }
  record(): boolean { return false; }
  tick(): ScaleDecision { throw new Error('class hpa is not calculated yet'); }
  reconfigure(): void {}
}
