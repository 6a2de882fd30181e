import { earliestReady, type PodProbe } from '@/lib/model/probe';
import { type PodStart } from './pod-starts';
import { type WhatIfSettings } from './settings';

/** How often the queue-proxy asks where no period is set, and how soon the cluster tells that a pod is ready, at least (ms). */
const toldWithinMs = 1000;

/** What a what-if changes of the readiness probe. */
export type ChangedProbe = Pick<
  WhatIfSettings,
  'readinessInitialDelaySeconds' | 'readinessPeriodSeconds' | 'readinessSuccessThreshold'
>;

/** Whether a what-if changes the readiness probe. */
export function changesProbe({
  readinessInitialDelaySeconds,
  readinessPeriodSeconds,
  readinessSuccessThreshold,
}: ChangedProbe): boolean {
  return (
    readinessInitialDelaySeconds !== undefined ||
    readinessPeriodSeconds !== undefined ||
    readinessSuccessThreshold !== undefined
  );
}

/** The readiness probe as the form of a what-if has it; none where no probe is known. */
export function probeSettingsOf(probes: readonly PodProbe[]): Required<ChangedProbe> | null {
  const own = probes.find(({ kind }) => kind === 'readiness');
  return own
    ? {
        readinessInitialDelaySeconds: own.initialDelayMs / 1000,
        readinessPeriodSeconds: own.periodMs / 1000,
        readinessSuccessThreshold: own.successThreshold,
      }
    : null;
}

/** The probes with the changes put in. */
function changedProbes(probes: readonly PodProbe[], changed: ChangedProbe): PodProbe[] {
  const msOf = (seconds: number | undefined, fallback: number): number =>
    seconds === undefined ? fallback : seconds * 1000;
  return probes.map((probe) =>
    probe.kind === 'readiness'
      ? {
          ...probe,
          initialDelayMs: msOf(changed.readinessInitialDelaySeconds, probe.initialDelayMs),
          periodMs: msOf(changed.readinessPeriodSeconds, probe.periodMs),
          successThreshold: changed.readinessSuccessThreshold ?? probe.successThreshold,
        }
      : probe,
  );
}

/**
 * Observed starts as they would have been with another readiness probe; the same where no probe is known or nothing of it
 * is changed. A pod that was ready at its first probe tells only that it could serve by then: it is taken to have been able
 * to at once. One that a later probe found is taken to have become able in the middle of the period before.
 */
export function startsWithProbes(
  starts: readonly PodStart[],
  probes: readonly PodProbe[],
  changed: ChangedProbe,
): readonly PodStart[] {
  const own = probes.find(({ kind }) => kind === 'readiness');
  if (!own || !changesProbe(changed)) return starts;
  const passesMs =
    earliestReady(probes)!.afterMs -
    earliestReady(changedProbes(probes, { readinessSuccessThreshold: 1 }))!.afterMs;
  const firstMs = earliestReady(probes)!.afterMs - passesMs;
  const next = changedProbes(probes, changed);
  return starts.map(
    ({ atMs, tookMs, probedMs = firstMs > 0 ? Math.min(tookMs, firstMs + passesMs) : tookMs }) => {
      const foundMs = Math.max(0, probedMs - passesMs);
      const isFirst = firstMs > 0 && foundMs < firstMs + Math.max(own.periodMs, toldWithinMs);
      const servesMs = isFirst ? 0 : Math.max(0, foundMs - own.periodMs / 2);
      const toldMs = isFirst ? Math.max(0, foundMs - firstMs) : 0;
      return { atMs, tookMs: tookMs - probedMs + earliestReady(next, servesMs)!.afterMs + toldMs };
    },
  );
}
