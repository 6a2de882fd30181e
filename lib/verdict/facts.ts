import { isOfK6, type Run } from '@/lib/model/run';
import { type RecordingGap } from '@/lib/model/recording';
import { type Objective } from '@/lib/model/objective';
import { type VerdictFigures } from '@/lib/model/verdict';
import { mergeColumns } from '@/lib/timeline/columns';
import { type Correlation } from '@/lib/timeline/correlate';
import { costOfPods, mostWaitingOf, secondsOf, slowRequestsOf } from '@/lib/timeline/figures';
import { endOfOverview, type Overview } from '@/lib/timeline/overview';
import { placesUse } from '@/lib/timeline/places-use';
import { podTime } from '@/lib/timeline/pod-time';
import { exactly, type Bounds } from './bounds';
import { incidentsOf, neverFollowed, type JudgedIncident } from './incidents';
import { slowBounds } from './slow-bounds';
import { worstIncidentOf } from './worst-incident';

/** What a verdict is made from, of one ended run. */
export interface RunFacts {
  run: Run;
  incidents: JudgedIncident[];
  gaps: readonly RecordingGap[];
  /** The metric that no decision could be made by; null: decisions were made, or none was asked for. */
  undecided: 'cpu' | 'memory' | 'load' | null;
  figures: VerdictFigures;
  /** Requests slower than the objective's limit; null: it asks for none. */
  slow: Bounds | null;
  /** Null: not known, since no pod was recorded, or they have no hard limit. */
  overLimitMs: Bounds | null;
  /** Null: what the concurrency came from does not tell how many wait. */
  mostWaiting: Bounds | null;
  /** Null: no pod was recorded. */
  coldStarts: Bounds | null;
}

/** The facts of a run from its recording with every second. `pricePerPodHour`: the service's; null: none is known. */
export function factsOf(
  run: Run,
  recording: Overview,
  correlation: Correlation,
  objective: Objective,
  pricePerPodHour: number | null,
): RunFacts {
  const { gaps } = recording;
  const endMs = Math.max(endOfOverview(recording), run.loadEndMs ?? 0);
  const load = { fromMs: run.loadStartMs ?? 0, toMs: run.loadEndMs ?? endMs };
  const { steps } = correlation.pods;
  const knowsPods = steps.length > 0;
  const samples = secondsOf(recording.concurrency, load);
  const places = placesOf(run);
  const incidents = incidentsOf(correlation);
  const worst = worstIncidentOf(incidents);
  const slow =
    objective.slowerThanMs === null
      ? null
      : slowBounds(
          mergeColumns(recording.columns).durations,
          run.figures.requests ?? 0,
          isOfK6(run) ? run.summary : null,
          objective.slowerThanMs,
        );
  const paid = knowsPods ? podTime(steps, 0, endMs) : null;
  // A step of a thinned recording is a mean: what was more for a second is not in it.
  const isWhole = run.thinnedStepMs === null;
  const unknown = (what: RecordingGap['what'], most: number): number =>
    isWhole ? lengthOf(gaps, what, load) : most;
  const used = places === null || !knowsPods ? null : placesUse(samples, steps, places);
  const overMs = used?.overLimitMs ?? null;
  const waited = mostWaitingOf(samples);
  const coldStarts = correlation.coldStarts.length;
  const undecided = undecidedBy(recording.decisions);
  const knowsIncidents = incidents.length > 0 || (knowsPods && undecided === null);
  return {
    run,
    incidents,
    gaps,
    undecided,
    slow,
    overLimitMs:
      overMs === null
        ? null
        : {
            least: overMs,
            most: overMs + unknown('concurrency', Infinity) + unknown('pods', Infinity),
          },
    mostWaiting:
      waited === null
        ? null
        : { least: waited, most: unknown('concurrency', Infinity) > 0 ? Infinity : waited },
    coldStarts: !knowsPods
      ? null
      : lengthOf(gaps, 'pods', load) > 0
        ? { least: coldStarts, most: Infinity }
        : exactly(coldStarts),
    figures: {
      worstIncidentMs: worst?.durationMs ?? null,
      worstIncidentAtMs: worst?.atMs ?? null,
      worstIncidentOpen: worst?.isOpen ?? null,
      incidents: knowsIncidents ? incidents.length : null,
      openIncidents: incidents.filter((one) => !one.doubt && neverFollowed(one)).length,
      slowRequests: slow?.least ?? (knowsIncidents ? slowRequestsOf(correlation) : null),
      slowRequestsMost: slow && slow.most > slow.least ? slow.most : null,
      slowAboveMs: objective.slowerThanMs,
      podSeconds: paid?.podSeconds ?? null,
      readyPodSeconds: paid?.readyPodSeconds ?? null,
      idleShare: used?.idleShare ?? null,
      cost: paid && pricePerPodHour !== null ? costOfPods(paid.podSeconds, pricePerPodHour) : null,
      overLimitMs: overMs,
      mostWaiting: waited,
      coldStarts,
    },
  };
}

function undecidedBy(decisions: Overview['decisions']): RunFacts['undecided'] {
  const last = decisions.at(-1);
  if (!last || decisions.some(({ valid }) => valid)) return null;
  const { metric } = last.reason;
  return metric === 'cpu' || metric === 'memory' ? metric : 'load';
}

/** How many requests a pod takes at once; null: without a limit. */
function placesOf({ autoscaling, service }: Run): number | null {
  const limit = autoscaling?.config.containerConcurrency ?? service.containerConcurrency;
  if (limit > 0) return limit;
  return autoscaling?.config.metric === 'concurrency' ? autoscaling.config.totalValue : null;
}

/** How long something was not recorded while the load ran: gaps of several runners may be at the same time. */
function lengthOf(
  gaps: readonly RecordingGap[],
  what: RecordingGap['what'],
  load: { fromMs: number; toMs: number },
): number {
  let lengthMs = 0;
  let seenToMs = load.fromMs;
  for (const gap of gaps.filter((one) => one.what === what).sort((a, b) => a.fromMs - b.fromMs)) {
    const toMs = Math.min(load.toMs, gap.toMs ?? Infinity);
    lengthMs += Math.max(0, toMs - Math.max(seenToMs, gap.fromMs));
    seenToMs = Math.max(seenToMs, toMs);
  }
  return lengthMs;
}
