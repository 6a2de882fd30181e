import { boundRecording } from '@/lib/timeline/known-most';
import { z } from 'zod';
import { exponentialHistogramSchema } from '@/lib/model/histogram';
import { messageSchema } from '@/lib/model/message';
import { type Store } from '@/lib/store/client';
import { readRecording } from '@/lib/store/recording';
import { findJudgedRun } from '@/lib/judging/judge-run';
import { revisionFiguresSchema } from '@/lib/model/revision-figures';
import { revisionFigures } from '@/lib/timeline/revision-figures';
import { correlate } from '@/lib/timeline/correlate';
import { lagPartNames } from '@/lib/model/lag-part';
import { latencyBetween } from '@/lib/timeline/requests';
import { metricThresholdSchema, runFiguresSchema, runStateSchema } from '@/lib/model/run';
import { verdictSchema } from '@/lib/model/verdict';
import { protocolSchema, unitOf } from '@/lib/model/protocol';
import { protocolFiguresSchema } from '@/lib/model/protocol-figures';
import { figuresOfProtocols } from '@/lib/timeline/protocol-figures';
import { storyOf } from '@/lib/timeline/story';
import { storyMessage } from '@/lib/timeline/story-message';
import { english } from '@/lib/words/english';
import { toldIncidents, toldIncidentSchema } from './told-incidents';

const scaleEventSchema = z.object({
  atMs: z.number(),
  from: z.number(),
  to: z.number(),
  /** Whose pods, where the service has several revisions. */
  revision: z.string().optional(),
});
const lagSchema = z.object({
  decideMs: z.number().nullable(),
  actMs: z.number(),
  startMs: z.number().nullable(),
  totalMs: z.number().nullable(),
});
const partsSchema = z.record(z.enum(lagPartNames), z.number().nullable());

/** A run's result for programs: what `npm run demo -- --json` writes. Times on the run's clock. */
export const runResultSchema = runFiguresSchema.extend({
  runId: z.string(),
  name: z.string(),
  state: runStateSchema,
  stateReason: z.string().nullable(),
  stateReasonCode: z.string().nullable(),
  stateReasonData: z.record(z.string(), z.unknown()).nullable(),
  url: z.string(),
  loadStartMs: z.number().nullable(),
  loadEndMs: z.number().nullable(),
  /** What users waited for (of HTTP http_req_duration), in seconds. */
  histogram: exponentialHistogramSchema.nullable(),
  readyPodsAtStart: z.number(),
  /** What its requests are: of HTTP alone where nothing is told. */
  protocols: z.array(protocolSchema),
  /** Streams, sessions, messages, tokens and their times; null where the load has none. */
  protocolFigures: protocolFiguresSchema.nullable(),
  scaleEvents: z.object({
    expected: z.array(scaleEventSchema),
    observed: z.array(scaleEventSchema.extend({ completeMs: z.number().nullable() })),
    matched: z.array(
      z.object({
        expected: scaleEventSchema,
        observed: scaleEventSchema,
        lag: lagSchema,
        /** When the cluster's own autoscaler decided it; null: not known. */
        decidedMs: z.number().nullable(),
        /** Where the lag went by the cluster's own word, ms; null: not known. */
        parts: partsSchema.nullable(),
      }),
    ),
    missed: z.array(scaleEventSchema),
    unexpected: z.array(scaleEventSchema),
    /** Not asked for, and what another reading of the same load asks for. */
    otherReadings: z.array(scaleEventSchema),
  }),
  /** What each revision had; empty where there was one. */
  revisions: z.array(revisionFiguresSchema),
  /** From each change of the load to enough pods, in the order of time. */
  incidents: z.array(toldIncidentSchema),
  thresholds: z.array(metricThresholdSchema),
  /** Null while the run goes on. */
  verdict: verdictSchema.nullable(),
  /** In English. */
  story: z.array(z.string()),
  /** The same as codes. */
  storyCodes: z.array(messageSchema),
});
export type RunResult = z.infer<typeof runResultSchema>;

/** The result of a run; null if there is no such run. `baseUrl` is the dashboard's address. */
export async function resultOf(store: Store, id: string, baseUrl: string): Promise<RunResult | null> {
  const run = await findJudgedRun(store, id);
  if (!run) return null;
  const recording = boundRecording(await readRecording(store, id), run.summary);
  const correlation = correlate(recording, run.loadStartMs, run.loadEndMs);
  const storyCodes = storyOf(run, correlation, recording).map(storyMessage);
  type ScaleEvent = z.infer<typeof scaleEventSchema>;
  const pick = ({ atMs, from, to, revision }: ScaleEvent): ScaleEvent => ({
    atMs,
    from,
    to,
    ...(revision === undefined ? {} : { revision }),
  });
  return {
    ...run.figures,
    runId: run.id,
    name: run.name,
    state: run.state,
    stateReason: run.stateReason,
    stateReasonCode: run.stateReasonCode,
    stateReasonData: run.stateReasonData,
    url: `${baseUrl}/runs/${run.id}`,
    loadStartMs: run.loadStartMs,
    loadEndMs: run.loadEndMs,
    histogram: latencyBetween(recording, -Infinity, Infinity),
    protocols: run.protocols ?? [],
    protocolFigures: figuresOfProtocols(run, recording),
    readyPodsAtStart: correlation.pods.lives.filter(
      (life) => life.preexisting && life.readyMs !== null && life.readyMs <= (run.loadStartMs ?? 0),
    ).length,
    scaleEvents: {
      expected: correlation.expected.map(pick),
      observed: correlation.observed.map((event) => ({ ...pick(event), completeMs: event.completeMs })),
      matched: correlation.matched.map(({ expected, observed, lag }) => ({
        expected: pick(expected),
        observed: pick(observed),
        lag,
        decidedMs: correlation.decidedMs[expected.id] ?? null,
        parts: correlation.lagParts[expected.id]?.parts ?? null,
      })),
      missed: correlation.missed.map(pick),
      unexpected: correlation.unexpected.map(pick),
      otherReadings: correlation.otherReadings.map(pick),
    },
    revisions: revisionFigures(correlation),
    incidents: toldIncidents(correlation, unitOf(run.protocols)),
    thresholds:
      run.summary?.metrics.flatMap(({ metric, thresholds }) => thresholds.map((t) => ({ metric, ...t }))) ??
      [],
    verdict: run.verdict,
    story: storyCodes.map(english),
    storyCodes,
  };
}
