import { type AnnotationValues } from './annotations';

/** What Knative's HPA class makes of the annotations (spec, section 5, last paragraph). */
export interface HpaSettings {
  /** cpu: percent of the request; memory: MiB a pod; other metrics: that metric a pod. Null: none, so CPU at 80 %. */
  target: number | null;
  /** Both stabilisation windows; null: the controller's own. */
  stabilisationWindowMs: number | null;
}

/** The HPA class's own part of the configuration. */
export function parseHpaSettings(values: AnnotationValues): HpaSettings {
  const metric = values.metric ?? 'cpu';
  const target = values.target === undefined ? null : metric === 'cpu' ? Math.ceil(values.target) : metric === 'memory' ? values.target : Math.trunc(values.target);
  return { target, stabilisationWindowMs: values.windowMs ?? null };
}
