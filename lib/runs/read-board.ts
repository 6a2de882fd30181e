import { randomUUID } from 'node:crypto';
import { type z } from 'zod';
import {
  runAutoscalingSchema,
  runFiguresSchema,
  runSchema,
  type Run,
  type RunAutoscaling,
  type Service,
} from '@/lib/model/run';
import { Problem } from '@/lib/model/problem';
import { insertPiece, insertWatched, readPieces, type StoredPiece } from '@/lib/store/boards';
import { type Store } from '@/lib/store/client';
import { thisDashboard } from '@/lib/store/leases/this-dashboard';
import { moveRun } from '@/lib/store/runs';
import { packCorrelation } from '@/lib/timeline/correlation-encode';
import { correlateOverview, defaultColumns, overviewOf, thinOverview } from '@/lib/timeline/overview';
import { packOverview } from '@/lib/timeline/overview-encode';
import { joinPieces } from '@/lib/timeline/stretch';
import { figuresOf, podsSparkOf } from './figures';
import { type RunPage } from './read';

/** A stretch of time, Unix ms. */
export interface Stretch {
  fromUnixMs: number;
  toUnixMs: number;
}

/** A board that has just begun is shown in so long a time at least. */
const leastShownMs = 60_000;

/**
 * What was watched of a service in a stretch of time, from its first moment in it on, as a run's page draws it; null where
 * nothing was.
 */
export async function readBoard(
  store: Store,
  service: Service,
  asked: Stretch,
): Promise<Omit<RunPage, 'cursor'> | null> {
  const pieces = await readPieces(store, service.id, asked);
  const [first] = pieces;
  if (!first) return null;
  const beganMs = Math.floor(first.originMs + first.fromMs);
  const fromUnixMs = Math.max(asked.fromUnixMs, Math.min(beganMs, asked.toUnixMs - leastShownMs));
  const stretch = { ...asked, fromUnixMs };
  const watched = { recording: joinPieces(pieces, stretch), autoscaling: autoscalingOf(pieces) };
  const full = overviewOf(watched.recording, null);
  const lengthMs = stretch.toUnixMs - stretch.fromUnixMs;
  return {
    run: boardRun(service, stretch, watched.autoscaling),
    overview: packOverview(thinOverview(full, defaultColumns)),
    correlation: packCorrelation(correlateOverview(full, null, lengthMs)),
  };
}

/** Keeps a stretch of a service's board as a run of its own. Throws a Problem where nothing was watched in it. */
export async function keepStretch(
  store: Store,
  service: Service,
  stretch: Stretch,
  { name, startedBy }: { name: string; startedBy: string | null },
): Promise<Run> {
  const pieces = await readPieces(store, service.id, stretch);
  if (pieces.length === 0)
    throw new Problem('problems.nothing-watched', {}, { errors: [{ path: 'fromUnixMs' }] });
  const watched = { recording: joinPieces(pieces, stretch), autoscaling: autoscalingOf(pieces) };
  const id = randomUUID();
  const lengthMs = stretch.toUnixMs - stretch.fromUnixMs;
  // Hidden as a piece of a board is, until all of it is stored.
  await insertPiece(store, {
    id,
    service,
    originMs: stretch.fromUnixMs,
    ownerId: thisDashboard(),
    name,
    createdAtMs: Date.now(),
    startedBy,
  });
  await insertWatched(store, id, watched.recording);
  await moveRun(store, id, 'running', watched.autoscaling ? { autoscaling: watched.autoscaling } : {});
  const overview = overviewOf(watched.recording, null);
  const run = await moveRun(store, id, 'finished', {
    loadStartMs: 0,
    loadEndMs: lengthMs,
    endedAtMs: stretch.toUnixMs,
    ...figuresOf(overview, null, 0, lengthMs),
    // Nobody counted requests.
    requests: null,
    failures: null,
    requestsPerSecond: null,
    podsSpark: podsSparkOf(overview, lengthMs),
  });
  await store.run.update({ where: { id }, data: { board: false } });
  return run;
}

/** The autoscaling of the last piece, with what was assumed of those before. */
function autoscalingOf(pieces: readonly StoredPiece[]): RunAutoscaling | null {
  const all = pieces.flatMap(({ autoscalingJson }) =>
    autoscalingJson === null ? [] : [runAutoscalingSchema.parse(JSON.parse(autoscalingJson))],
  );
  const last = all.at(-1);
  if (!last) return null;
  const assumed = new Map(
    [last, ...all].flatMap(({ assumptions, assumptionCodes = [] }) =>
      assumptionCodes.map((one, i) => [assumptions[i]!, one] as const),
    ),
  );
  return { ...last, assumptions: [...assumed.keys()], assumptionCodes: [...assumed.values()] };
}

/** A board as its charts take it: a run that goes on and whose load nobody made. */
function boardRun(service: Service, stretch: Stretch, autoscaling: RunAutoscaling | null): Run {
  return runSchema.parse({
    ...unknownOf(runSchema),
    id: 'board',
    name: service.name,
    state: 'running',
    service,
    scriptName: '',
    scriptText: '',
    env: {},
    options: {},
    engine: 'none',
    createdAtMs: stretch.fromUnixMs,
    originMs: stretch.fromUnixMs,
    loadEndMs: stretch.toUnixMs - stretch.fromUnixMs,
    endedAtMs: stretch.toUnixMs,
    figures: unknownOf(runFiguresSchema),
    autoscaling,
    notes: '',
    tags: [],
    pinned: false,
  });
}

/** Null for each field of a shape that may be unknown. */
function unknownOf({ shape }: { shape: Readonly<Record<string, z.ZodType>> }): Record<string, null> {
  return Object.fromEntries(
    Object.entries(shape).flatMap(([name, schema]) => (schema.safeParse(null).success ? [[name, null]] : [])),
  );
}
