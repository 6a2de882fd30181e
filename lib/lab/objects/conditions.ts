import { kubeTime } from './times';

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  lastTransitionTime: string;
  reason?: string;
  message?: string;
}
export type ConditionState = Omit<Condition, 'lastTransitionTime'>;

/** Conditions with the time of their last change: one that keeps its status keeps its time. */
export function withTimes(before: readonly Condition[], now: readonly ConditionState[]): Condition[] {
  return now.map((condition) => {
    const old = before.find(({ type }) => type === condition.type);
    const lastTransitionTime = old?.status === condition.status ? old.lastTransitionTime : kubeTime();
    return { ...condition, lastTransitionTime };
  });
}

/** A resource's conditions with the one named `Ready` (or as told) that sums them up, in Knative's order: by name. */
export function summedUp(parts: readonly ConditionState[], happy = 'Ready'): ConditionState[] {
  const worst =
    parts.find(({ status }) => status === 'False') ?? parts.find(({ status }) => status !== 'True');
  const sum: ConditionState = worst ? { ...worst, type: happy } : { type: happy, status: 'True' };
  return [...parts, sum].sort((a, b) => (a.type < b.type ? -1 : 1));
}
