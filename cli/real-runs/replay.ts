import { resolveConfig } from '@/lib/autoscaling';
import { SecondMeans } from '@/lib/cluster/second-means';
import { Annotator } from '@/lib/runs/annotator';
import { type ConcurrencySample, type Decision } from '@/lib/model/recording';
import { beforeLoad } from '@/lib/runs/previous-run';
import { type Look, type RealRun } from './recording';

/** A change of what the calculation, or the real autoscaler, asked for; Unix ms. */
export interface Step {
  atMs: number;
  replicas: number;
}

export interface Replayed {
  /** Mean of |calculated − real replicas| over time, from the first request to the end. */
  meanAbsoluteError: number;
  calculated: Step[];
  /** All that was decided, and the means of seconds that it was decided by; ms since the recording's beginning. */
  decisions: Omit<Decision, 'id'>[];
  samples: Pick<ConcurrencySample, 'atMs' | 'active' | 'waiting' | 'total'>[];
}

/**
 * Feeds a recording's gateway readings and ready pods to the calculation as a live run does: the same means of seconds,
 * the same past, the same decisions at once and ticks. `firstTickMs` after the recording's beginning is the first tick.
 */
export function replayRealRun({ looks, conditions }: RealRun, firstTickMs = 2000): Replayed {
  const { config } = resolveConfig({
    annotations: { ...conditions.annotations, 'autoscaling.knative.dev/class': conditions.class },
    containerConcurrency: conditions.containerConcurrency,
    configMap: conditions.configMap,
  });
  const [first] = looks;
  if (!first) throw new Error('The recording is empty.');
  const originMs = first.at;
  const pods = new ReadyPods(first.ready);
  const { past } = beforeLoad(
    config,
    { beforeLoad: { observed: [], pods: pods.live.map(() => ({ readySinceMs: -Infinity, untilMs: null })) } },
    null,
    originMs,
  );
  const annotator = new Annotator(
    config,
    originMs,
    firstTickMs - config.tickMs,
    pods.live.map((uid) => ({ uid, phase: 'ready' })),
    past,
  );
  const means = new SecondMeans();
  const calculated: Step[] = [{ atMs: originMs, replicas: first.ready }];
  const decisions: Replayed['decisions'] = [];
  const samples: Replayed['samples'] = [];
  const take = (decision: Omit<Decision, 'id'> | null): void => {
    if (decision) decisions.push(decision);
    if (decision && decision.replicas !== calculated.at(-1)!.replicas)
      calculated.push({ atMs: originMs + decision.atMs, replicas: decision.replicas });
  };
  for (const look of looks) {
    const atMs = look.at - originMs;
    const ended = means.close(look.at);
    while (annotator.nextTickMs <= Math.min(atMs, ended ? ended.atUnixMs - originMs - 1 : atMs))
      take(annotator.tick(annotator.nextTickMs));
    if (ended) {
      const { active, waiting } = ended.mean;
      const sample = { atMs: ended.atUnixMs - originMs, active, waiting, total: active + waiting };
      samples.push(sample);
      take(annotator.onSample(sample));
    }
    while (annotator.nextTickMs <= atMs) take(annotator.tick(annotator.nextTickMs));
    for (const event of pods.change(look.ready)) annotator.onPod({ ...event, atMs, type: 'MODIFIED' });
    const reading = { active: look.act, waiting: look.pend, byRevision: null };
    means.add(reading, look.at);
    take(annotator.onReading({ atMs, total: look.act + look.pend }));
  }
  return { meanAbsoluteError: meanAbsoluteError(looks, calculated), calculated, decisions, samples };
}

/** The pods that a count of ready ones tells of: they become ready and are told to end; how they were made is not seen. */
class ReadyPods {
  live: string[];
  private made: number;

  constructor(count: number) {
    this.live = Array.from({ length: count }, (_, i) => `${i}`);
    this.made = count;
  }

  change(ready: number): { uid: string; phase: 'ready' | 'terminating' }[] {
    const events: { uid: string; phase: 'ready' | 'terminating' }[] = [];
    while (this.live.length < ready) {
      const uid = `${this.made++}`;
      this.live.push(uid);
      events.push({ uid, phase: 'ready' });
    }
    while (this.live.length > ready) events.push({ uid: this.live.pop()!, phase: 'terminating' });
    return events;
  }
}

function meanAbsoluteError(looks: readonly Look[], calculated: readonly Step[]): number {
  const from = looks.findIndex(({ act, pend }) => act + pend > 0);
  if (from < 0) throw new Error('The recording has no request.');
  let sum = 0;
  let step = 0;
  for (let i = from; i + 1 < looks.length; i++) {
    const untilMs = looks[i + 1]!.at;
    let atMs = looks[i]!.at;
    while (atMs < untilMs) {
      while ((calculated[step + 1]?.atMs ?? Infinity) <= atMs) step++;
      const nextMs = Math.min(untilMs, calculated[step + 1]?.atMs ?? Infinity);
      sum += Math.abs(calculated[step]!.replicas - looks[i]!.spec) * (nextMs - atMs);
      atMs = nextMs;
    }
  }
  return sum / (looks.at(-1)!.at - looks[from]!.at);
}
