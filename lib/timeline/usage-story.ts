import { type Decision } from '@/lib/model/recording';
import { type Run } from '@/lib/model/run';
import { type Correlation } from './correlate';
import { type SentencePlace } from './lag-story';

/** What a run of an hpa on CPU or memory says of these. */
export type UsageSentence =
  | { kind: 'usage-peak'; metric: 'cpu' | 'memory'; atMs: number; peak: number; target: number }
  | { kind: 'usage-unread'; metric: 'cpu' | 'memory' }
  | { kind: 'usage-failed'; share: number; why: string };

/** What pods used at most; where nothing was measured, that nothing is known; where it often was not, why. */
export function usageSentences(
  { autoscaling, loadStartMs }: Pick<Run, 'autoscaling' | 'loadStartMs'>,
  { usage }: Pick<Correlation, 'usage'>,
  decisions: readonly Decision[],
): (UsageSentence & SentencePlace)[] {
  const metric = autoscaling?.config.hpa?.metrics[0];
  if (metric?.type !== 'Resource' || decisions.length === 0) return [];
  const name: 'cpu' | 'memory' = metric.name === 'memory' ? 'memory' : 'cpu';
  const place = { range: null, eventId: null };
  const valid = decisions.filter((decision) => decision.valid).length;
  const failed = decisions.findLast((decision) => !decision.valid);
  const why = typeof failed?.reason.failure === 'string' ? failed.reason.failure : null;
  const steps = usage?.steps.filter(({ atMs }) => atMs >= (loadStartMs ?? 0)) ?? [];
  const peak = steps.reduce<(typeof steps)[number] | null>(
    (most, step) => (step.mean > (most?.mean ?? 0) ? step : most),
    null,
  );
  return [
    ...(usage && peak
      ? [
          {
            kind: 'usage-peak' as const,
            metric: name,
            atMs: peak.atMs,
            peak: peak.mean,
            target: usage.target,
            range: { fromMs: peak.atMs, toMs: peak.atMs },
            eventId: null,
          },
        ]
      : [{ kind: 'usage-unread' as const, metric: name, ...place }]),
    ...(usage && why !== null
      ? [{ kind: 'usage-failed' as const, share: 1 - valid / decisions.length, why, ...place }]
      : []),
  ];
}
