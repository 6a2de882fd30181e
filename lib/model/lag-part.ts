/**
 * The parts of a scale-up's lag, in the order of time. decide: due to decided by the cluster; act: decided to the pod made;
 * then the pod's way to ready. unknown: the cluster did not say.
 */
export const lagPartNames = [
  'decide',
  'act',
  'schedule',
  'pull',
  'init',
  'start',
  'probe',
  'unknown',
] as const;
export type LagPart = (typeof lagPartNames)[number];
