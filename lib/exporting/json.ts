import { z } from 'zod';
import { unitOf } from '@/lib/model/protocol';
import { type Store } from '@/lib/store/client';
import { logPages, type ExportSource } from './source';
import { recordingSchema } from '@/lib/model/recording';
import { runSchema } from '@/lib/model/run';
import { toldIncidents, toldIncidentSchema } from '@/lib/runs/told-incidents';
import { revisionFiguresSchema } from '@/lib/model/revision-figures';
import { revisionFigures } from '@/lib/timeline/revision-figures';
import { protocolFiguresSchema } from '@/lib/model/protocol-figures';
import { figuresOfProtocols } from '@/lib/timeline/protocol-figures';
import { scaleEventRows } from '@/lib/timeline/scale-event-rows';

/** The JSON export: all that is stored of a run, in the shapes of the API. Times on the run's clock, whose zero is `run.originMs`. */
export const jsonExportSchema = z.object({
  format: z.literal('scaletrace-run'),
  version: z.literal(1),
  exportedAtMs: z.number(),
  run: runSchema,
  recording: recordingSchema,
  /** None in files of an older Scaletrace. */
  incidents: z.array(toldIncidentSchema.partial({ printed: true })).optional(),
  /** None of a run with one revision. */
  revisions: z.array(revisionFiguresSchema).optional(),
  /** What streams, sessions, messages and tokens did; none of a run that has none. */
  protocolFigures: protocolFiguresSchema.optional(),
  scaleEvents: z.array(z.looseObject({ id: z.string(), outcome: z.string() })),
  log: z.array(z.object({ id: z.number(), atMs: z.number(), level: z.string(), text: z.string() })),
});

const pointsAtOnce = 1000;

/** The JSON export in pieces, so that the text of a long run is never held as a whole. */
export async function* jsonExport(
  store: Store,
  { run, mask, recording, correlation }: ExportSource,
  nowMs: number,
): AsyncGenerator<string> {
  const { points, ...rest } = recording;
  const revisions = revisionFigures(correlation);
  const ofRevisions = revisions.length > 0 ? `"revisions":${JSON.stringify(revisions)},` : '';
  const protocol = figuresOfProtocols(run, recording);
  const ofProtocols = protocol ? `"protocolFigures":${JSON.stringify(protocol)},` : '';
  yield `{"format":"scaletrace-run","version":1,"exportedAtMs":${nowMs},"run":${JSON.stringify(run)},"incidents":${JSON.stringify(toldIncidents(correlation, unitOf(run.protocols)))},${ofRevisions}${ofProtocols}"scaleEvents":${JSON.stringify(scaleEventRows(correlation))},"recording":{`;
  for (const [name, rows] of Object.entries(rest)) yield `${JSON.stringify(name)}:${JSON.stringify(rows)},`;
  yield '"points":[';
  for (let i = 0; i < points.length; i += pointsAtOnce)
    yield `${i === 0 ? '' : ','}${JSON.stringify(points.slice(i, i + pointsAtOnce)).slice(1, -1)}`;
  yield ']},"log":[';
  let first = true;
  for await (const lines of logPages(store, run.id, mask)) {
    yield `${first ? '' : ','}${JSON.stringify(lines).slice(1, -1)}`;
    first = false;
  }
  yield ']}';
}
