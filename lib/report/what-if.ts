import { z } from 'zod';
import { autoscalerConfigSchema, configProblemSchema } from '@/lib/autoscaling';
import { compareWithRun, configureWhatIf, type Demand, demandFromCsv, demandFromPrometheus, holesOf, Replayer, replayFiguresSchema, type ReplayOptions, type ReplaySeries, toAnnotations, type WhatIfBase, type WhatIfSettings, whatIfSettingsSchema } from '@/lib/autoscaling/whatif';
import { type Store } from '@/lib/store/client';
import { readRecording } from '@/lib/store/recording';
import { findRun } from '@/lib/store/runs';
import { NoDemand, recordedDemand, type RecordedDemand } from './what-if-demand';

const seriesSchema = z.object({ readyPods: z.array(z.number()), waiting: z.array(z.number()) });
const knownOrNot = z.array(z.number().nullable());

export const replayResultSchema = z.object({
  config: autoscalerConfigSchema,
  /** What we assume, in words. */
  assumptions: z.array(z.string()),
  figures: replayFiguresSchema,
  /** At the end of each second. */
  series: seriesSchema,
  /** The configuration to paste. */
  yaml: z.string(),
});

export const whatIfResultSchema = z.object({
  demand: z.object({
    kind: z.enum(['open', 'closed']),
    startMs: z.number(),
    seconds: z.number().int(),
    requests: z.number().nullable(),
    holes: z.array(z.object({ fromMs: z.number(), toMs: z.number() })),
    serviceTimeMs: z.number(),
    /** Observed times from a pod's creation to its readiness. */
    podStartMs: z.array(z.number()),
    startPods: z.number(),
  }),
  /** Null for a demand that no run recorded. */
  observed: z.object({ readyPods: knownOrNot, waiting: knownOrNot }).nullable(),
  /** The demand's own configuration, replayed. */
  own: replayResultSchema,
  /** How well `own` meets what was observed; null where nothing was. */
  fidelity: z.object({
    readyPodsMeanAbsoluteError: z.number().nullable(),
    readyPodsBias: z.number().nullable(),
    comparedSeconds: z.number(),
    waitingMeanAbsoluteError: z.number().nullable(),
    waitingRequestSecondsError: z.number().nullable(),
  }).nullable(),
  /** The changed configuration, replayed; null where Knative would refuse it. */
  replay: replayResultSchema.nullable(),
  /** Why Knative would refuse the changed configuration. */
  problems: z.array(configProblemSchema),
});
export type WhatIfResult = z.infer<typeof whatIfResultSchema>;

/** Body of `POST /api/runs/:id/what-if`. */
export const whatIfRequestSchema = z.strictObject({ settings: whatIfSettingsSchema.default({}) });

/** Body of `POST /api/what-if`: a demand of the user's own. */
export const whatIfFileRequestSchema = z.strictObject({
  format: z.enum(['csv', 'prometheus']),
  text: z.string().min(1, 'is empty').max(20_000_000),
  /** Whether `text` has requests in flight (closed) or arrivals a second (open). */
  kind: z.enum(['closed', 'open']).default('closed'),
  annotations: z.record(z.string(), z.string()).default({}),
  containerConcurrency: z.number().int().min(0).max(1000).default(0),
  serviceTimeMs: z.number().positive('must be more than 0').max(3_600_000),
  startPods: z.number().int().min(0).max(10_000).default(1),
  settings: whatIfSettingsSchema.default({}),
});
export type WhatIfFileRequest = z.infer<typeof whatIfFileRequestSchema>;

/** A stored run as a replay takes it; null if there is no such run. Throws NoDemand. */
export async function demandOfRun(store: Store, id: string): Promise<RecordedDemand | null> {
  const run = await findRun(store, id);
  if (!run) return null;
  return recordedDemand(run, (await readRecording(store, id)).recording);
}

/** Plays a demand through its own and a changed configuration. */
export function whatIf(recorded: Omit<RecordedDemand, 'observed'> & Partial<Pick<RecordedDemand, 'observed'>>, settings: WhatIfSettings): WhatIfResult {
  const { demand, base, options, observed } = recorded;
  const own = replayOf(demand, base, options, { pricePerPodHour: settings.pricePerPodHour }).result;
  if (!own) throw new NoDemand('The service’s own annotations are ones that Knative refuses: correct them first.');
  const changed = replayOf(demand, base, options, settings);
  const fidelity = observed ? compareWithRun(observed, { readyPods: Float64Array.from(own.series.readyPods), waiting: Float64Array.from(own.series.waiting) }) : null;
  return {
    demand: {
      kind: demand.kind, startMs: demand.startMs, seconds: demand.perSecond.length, requests: demand.requests, holes: holesOf(demand),
      serviceTimeMs: typeof options.serviceTimeMs === 'number' ? options.serviceTimeMs : (options.serviceTimeMs[0] ?? 0), podStartMs: [...options.podStartMs], startPods: options.startPods,
    },
    observed: observed ? { readyPods: observed.readyPods.map(orNull), waiting: observed.waiting.map(orNull) } : null,
    own,
    fidelity: fidelity && { ...fidelity, readyPodsMeanAbsoluteError: orNull(fidelity.readyPodsMeanAbsoluteError), readyPodsBias: orNull(fidelity.readyPodsBias), waitingMeanAbsoluteError: orNull(fidelity.waitingMeanAbsoluteError), waitingRequestSecondsError: orNull(fidelity.waitingRequestSecondsError) },
    replay: changed.result,
    problems: changed.problems,
  };
}

/** A user's own demand as a replay takes it. Throws DemandFileError naming the line. */
export function demandOfFile(request: WhatIfFileRequest): Omit<RecordedDemand, 'observed'> {
  const demand = request.format === 'csv' ? demandFromCsv(request.text, request.kind) : demandFromPrometheus(request.text, request.kind);
  return {
    demand,
    base: { annotations: request.annotations, containerConcurrency: request.containerConcurrency },
    options: { serviceTimeMs: request.serviceTimeMs, podStartMs: [], startPods: request.startPods, seed: 1 },
  };
}

function replayOf(demand: Demand, base: WhatIfBase, options: ReplayOptions, settings: WhatIfSettings): { result: z.infer<typeof replayResultSchema> | null; problems: WhatIfResult['problems'] } {
  const { config, problems, assumptions } = configureWhatIf(base, settings);
  if (problems.length > 0) return { result: null, problems };
  const series = new Replayer(demand, options).series(config, settings);
  return { result: { config, assumptions, figures: series.figures, series: plain(series), yaml: toAnnotations(config) }, problems };
}

function plain({ readyPods, waiting }: ReplaySeries): z.infer<typeof seriesSchema> {
  return { readyPods: [...readyPods], waiting: [...waiting] };
}

function orNull(value: number | null): number | null {
  return value === null || Number.isNaN(value) ? null : value;
}
