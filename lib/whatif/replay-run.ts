import { type z } from 'zod';
import { type AutoscalerConfig } from '@/lib/autoscaling';
import {
  compareWithRun,
  configureWhatIf,
  type Demand,
  demandFromCsv,
  demandFromPrometheus,
  holesOf,
  Replayer,
  type ReplayOptions,
  type ReplaySeries,
  toAnnotations,
  type WhatIfBase,
  type WhatIfSettings,
} from '@/lib/whatif';
import { type ConfigRefusal } from '@/lib/model/config-problem';
import { type Message, message } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';
import { assumed, withWords } from '@/lib/words/english';
import { shownFigures } from './fidelity';
import { type ChangedProbe, changesProbe } from './probed-starts';
import { type RecordedDemand } from './recorded-demand';
import { type replayResultSchema, type WhatIfFileRequest, type WhatIfResult } from './shapes';

/** Longer series are given in steps of several seconds, each with its largest value. */
const mostValues = 7200;

/** A demand; that of a user's own file was observed by nobody, and is of no revision. */
export type GivenDemand = Pick<RecordedDemand, 'demand' | 'base' | 'options'> & Partial<RecordedDemand>;

/** Plays a demand through its own and a changed configuration. */
export function whatIf(recorded: GivenDemand, settings: WhatIfSettings): WhatIfResult {
  const { demand, base, options, observed, unit = 'http', revision = null, revisions = [] } = recorded;
  const own = replayOf(demand, base, options, { pricePerPodHour: settings.pricePerPodHour });
  if (!own.replayed)
    throw new Problem('problems.own-configuration-refused', {
      problems: own.problems.map(({ annotation, code, data }) =>
        message('config.problem', { annotation, problem: { code, data } }),
      ),
    });
  const changed = replayOf(demand, base, options, settings);
  const fidelity = observed ? compareWithRun(observed, own.replayed.series) : null;
  const stepSeconds = Math.ceil(
    Math.max(
      demand.perSecond.length,
      own.replayed.series.figures.seconds,
      changed.replayed?.series.figures.seconds ?? 0,
    ) / mostValues,
  );
  return {
    demand: {
      kind: demand.kind,
      startMs: demand.startMs,
      seconds: demand.perSecond.length,
      stepSeconds,
      requests: demand.requests,
      holes: holesOf(demand),
      serviceTimeMs:
        typeof options.serviceTimeMs === 'number' ? options.serviceTimeMs : median(options.serviceTimeMs),
      podStartMs: options.podStarts.map(({ tookMs }) => tookMs),
      probes: [...(options.probes ?? [])],
      unit,
      startPods: options.startPods,
    },
    revision,
    revisions,
    observed: observed
      ? {
          readyPods: inSteps(observed.readyPods, stepSeconds).map(orNull),
          waiting: inSteps(observed.waiting, stepSeconds).map(orNull),
        }
      : null,
    own: resultOf(own.replayed, stepSeconds),
    fidelity: fidelity && {
      ...fidelity,
      shown: shownFigures(observed!, own.replayed.series),
      readyPodsMeanAbsoluteError: orNull(fidelity.readyPodsMeanAbsoluteError),
      readyPodsBias: orNull(fidelity.readyPodsBias),
      waitingMeanAbsoluteError: orNull(fidelity.waitingMeanAbsoluteError),
      waitingRequestSecondsError: orNull(fidelity.waitingRequestSecondsError),
    },
    replay: changed.replayed && resultOf(changed.replayed, stepSeconds),
    problems: withWords(changed.problems),
  };
}

/** A user's own demand as a replay takes it. Throws DemandFileError naming the line. */
export function demandOfFile(request: WhatIfFileRequest): GivenDemand {
  const demand =
    request.format === 'csv'
      ? demandFromCsv(request.text, request.kind)
      : demandFromPrometheus(request.text, request.kind);
  return {
    demand,
    base: { annotations: request.annotations, containerConcurrency: request.containerConcurrency },
    options: {
      serviceTimeMs: request.serviceTimeMs,
      podStarts: [{ atMs: 0, tookMs: request.podStartMs }],
      startPods: request.startPods,
      seed: 1,
    },
  };
}

interface Replayed {
  config: AutoscalerConfig;
  assumptions: Message[];
  /** What the cluster does by its own ConfigMap, as far as it is known. */
  configMap: Readonly<Record<string, string>>;
  /** What is changed of the readiness probe. */
  probe: ChangedProbe;
  series: ReplaySeries;
}

function replayOf(
  demand: Demand,
  base: WhatIfBase,
  options: ReplayOptions,
  settings: WhatIfSettings,
): { replayed: Replayed | null; problems: ConfigRefusal[] } {
  const { config, problems, assumptions } = configureWhatIf(base, settings);
  return {
    replayed:
      problems.length > 0
        ? null
        : {
            config,
            assumptions: [
              ...(base.assumptions ?? []),
              ...assumptions,
              ...probeAssumptions(options, settings),
            ],
            configMap: base.configMap ?? {},
            probe: changesProbe(settings) ? settings : {},
            series: new Replayer(demand, options).series(config, settings),
          },
    problems,
  };
}

/** What is taken to hold of pods' starts where the readiness probe is another. */
function probeAssumptions({ probes = [] }: ReplayOptions, settings: WhatIfSettings): Message[] {
  if (!changesProbe(settings)) return [];
  if (settings.podStartMs !== undefined) return [message('assumptions.probe-not-counted')];
  return [message(probes.length > 0 ? 'assumptions.start-by-changed-probe' : 'assumptions.probes-unknown')];
}

function resultOf(
  { config, assumptions, configMap, probe, series }: Replayed,
  stepSeconds: number,
): z.infer<typeof replayResultSchema> {
  const { figures, readyPods, waiting } = series;
  return {
    config,
    ...assumed(assumptions),
    figures,
    series: { readyPods: inSteps(readyPods, stepSeconds), waiting: inSteps(waiting, stepSeconds) },
    yaml: toAnnotations(config, configMap, probe),
  };
}

/** The largest known value of each step; NaN where none is known. */
function inSteps(values: ArrayLike<number>, stepSeconds: number): number[] {
  return Array.from({ length: Math.ceil(values.length / stepSeconds) }, (_, step) => {
    let most = NaN;
    for (let i = step * stepSeconds; i < Math.min(values.length, (step + 1) * stepSeconds); i++)
      if (!(values[i]! <= most) && !Number.isNaN(values[i])) most = values[i]!;
    return most;
  });
}

function median(values: Float64Array): number {
  return values.toSorted()[values.length >> 1] ?? 0;
}

function orNull(value: number | null): number | null {
  return value === null || Number.isNaN(value) ? null : value;
}
