import { z } from 'zod';
import { CodedError, message, type Message } from '@/lib/model/message';
import { withoutCredentials } from '@/lib/model/address';
import { english } from '@/lib/words/english';
import { runStateSchema, statesBefore, underWayStates, type RunState } from '@/lib/model/life';
import {
  runFiguresSchema,
  runSchema,
  serviceSchema,
  type Run,
  type RunAutoscaling,
  type RunFigures,
  type RunSummary,
  type Service,
} from '@/lib/model/run';
import { type RunningThreshold } from '@/lib/model/running-threshold';
import { type Verdict } from '@/lib/model/verdict';
import { naturalOrder } from '@/lib/model/natural-order';
import { forgetVerdictsAgainst } from './baselines';
import { type Store } from './client';
import { type RunModel } from './generated/models';
import { type Protocol } from '@/lib/model/protocol';
import { toScriptFiles } from './script-files';
import { toVerdict, toWorstIncidentOpen, verdictColumns } from './verdicts';

type RunRow = RunModel & { tags: { tag: string }[] };
type StoredFigures = Omit<RunFigures, 'worstIncidentOpen'>;
const figureNames = runFiguresSchema.omit({ worstIncidentOpen: true }).keyof().options;

const parsed = (json: string): unknown => JSON.parse(json);

/** The service of a run, without the credentials that its addresses may have had before they were refused. */
export function toServiceOf(json: string): Service {
  const service = serviceSchema.parse(parsed(json));
  return {
    ...service,
    gatewayUrl: withoutCredentials(service.gatewayUrl),
    gatewayMetricsUrl: service.gatewayMetricsUrl && withoutCredentials(service.gatewayMetricsUrl),
  };
}

/** What has one run at a time: a service behind one gateway. */
export function targetOf({ namespace, name, gatewayUrl }: Service): string {
  return `${namespace}/${name}@${gatewayUrl}`;
}

function toRun(row: RunRow): Run {
  return runSchema.parse({
    ...row,
    service: toServiceOf(row.serviceJson),
    entry: row.entryPath,
    files: parsed(row.filesJson),
    env: parsed(row.envJson),
    plainEnv: parsed(row.plainEnvJson),
    options: parsed(row.optionsJson),
    summary: row.summaryJson === null ? null : parsed(row.summaryJson),
    autoscaling: row.autoscalingJson === null ? null : parsed(row.autoscalingJson),
    tags: row.tags.map((t) => t.tag).sort(naturalOrder),
    stateReasonData:
      row.stateReasonDataJson === null ? null : (JSON.parse(row.stateReasonDataJson) as unknown),
    figures: toFigures(row),
    objective: row.objectiveJson === null ? null : parsed(row.objectiveJson),
    verdict: toVerdict(row.verdictJson),
    protocols: parsed(row.protocolsJson),
    operator: row.operatorJson === null ? null : parsed(row.operatorJson),
  });
}

/** Stores that a run's requests are those of these protocols. */
export async function noteProtocols(store: Store, id: string, seen: readonly Protocol[]): Promise<void> {
  await store.run.updateMany({ where: { id }, data: { protocolsJson: JSON.stringify(seen) } });
}

/** The figures of a row: its columns, and what its verdict knows of them. */
export function toFigures(row: Pick<RunModel, keyof StoredFigures | 'verdictShownJson'>): RunFigures {
  return {
    ...(Object.fromEntries(figureNames.map((name) => [name, row[name]])) as StoredFigures),
    worstIncidentOpen: toWorstIncidentOpen(row.verdictShownJson),
  };
}

export interface NewRun {
  id: string;
  run: Pick<Run, 'name' | 'service' | 'scriptName' | 'scriptText' | 'env' | 'options' | 'tags'> &
    Partial<Pick<Run, 'plainEnv' | 'objective' | 'entry' | 'files' | 'operator' | 'runners'>>;
  ingestSecretHash: string;
  createdAtMs: number;
  startedBy?: string | null;
  uncagedAllowed?: boolean;
  /** The name of the engine that is to make its load. */
  engine?: string;
  /** A piece of a service's board: in no list of runs. */
  board?: boolean;
  /** The dashboard that stores it from its beginning, where there are others: no queue gives it to one. */
  ownerId?: string | null;
}

/** Stores a run as queued. */
export async function insertRun(
  store: Store,
  {
    id,
    run,
    ingestSecretHash,
    createdAtMs,
    startedBy = null,
    uncagedAllowed = false,
    engine = 'k6',
    board = false,
    ownerId = null,
  }: NewRun,
): Promise<Run> {
  const row = await store.run.create({
    data: {
      id,
      name: run.name,
      state: 'queued' satisfies RunState,
      serviceId: run.service.id,
      // Whoever reads the run's copy is not to learn where logs are kept.
      serviceJson: JSON.stringify({ ...run.service, logLink: undefined }),
      serviceName: run.service.name,
      scriptName: run.scriptName,
      scriptText: run.scriptText,
      entryPath: run.entry ?? null,
      filesJson: JSON.stringify(run.files ?? []),
      envJson: JSON.stringify(run.env),
      plainEnvJson: JSON.stringify(run.plainEnv ?? []),
      optionsJson: JSON.stringify(run.options),
      objectiveJson: run.objective ? JSON.stringify(run.objective) : null,
      ingestSecretHash,
      createdAtMs,
      startedBy,
      uncagedAllowed,
      engine,
      operatorJson: run.operator ? JSON.stringify(run.operator) : null,
      runners: run.runners ?? 1,
      board,
      ownerId,
      tags: { create: run.tags.map((tag) => ({ tag })) },
    },
    include: { tags: true },
  });
  return toRun(row);
}

/** Whether who asked for a run may run scripts where k6 cannot be confined. */
export async function isUncagedAllowed(store: Store, id: string): Promise<boolean> {
  const row = await store.run.findUnique({ where: { id }, select: { uncagedAllowed: true } });
  return row?.uncagedAllowed ?? false;
}

/** The run, or null; a deleted one is none. */
export async function findRun(store: Store, id: string): Promise<Run | null> {
  const row = await store.run.findUnique({ where: { id, deletedAtMs: null }, include: { tags: true } });
  return row ? toRun(row) : null;
}

/** Whether there is such a run, and it has not ended. */
export async function isUnderWay(store: Store, id: string): Promise<boolean> {
  const row = await store.run.findUnique({ where: { id, deletedAtMs: null }, select: { endedAtMs: true } });
  return row !== null && row.endedAtMs === null;
}

/** SHA-256 (hex) of the secret that opens the run's ingest route, and its state; null if there is no such run. */
export async function findIngestKey(
  store: Store,
  id: string,
): Promise<{ ingestSecretHash: string; state: string } | null> {
  return store.run.findUnique({ where: { id }, select: { ingestSecretHash: true, state: true } });
}

/** What is a column of its own under the same name. */
type RunColumns = RunFigures &
  Omit<
    Run,
    | 'id'
    | 'state'
    | 'service'
    | 'entry'
    | 'files'
    | 'env'
    | 'plainEnv'
    | 'options'
    | 'tags'
    | 'figures'
    | 'objective'
    | 'verdict'
    | 'summary'
    | 'autoscaling'
    | 'createdAtMs'
    | 'stateReason'
    | 'stateReasonCode'
    | 'stateReasonData'
    | 'protocols'
    | 'operator'
  >;

/** What may change of a run beside its state. */
export interface RunChange extends Partial<RunColumns> {
  stateReason?: Message | null;
  summary?: RunSummary | null;
  verdict?: Verdict | null;
  autoscaling?: RunAutoscaling;
  podsSpark?: number[];
  /** What the engine needs to end this load after a crash of ours; null: there is none any more. */
  loadHandle?: Record<string, unknown> | null;
  ingestSecretHash?: string;
}

/** A state that may not follow the run's own (lib/model/life.ts). */
export class MoveRefused extends CodedError {
  constructor(
    readonly from: RunState,
    readonly to: RunState,
  ) {
    super(message('reasons.move-refused', { from, to }));
  }
}

/**
 * Moves a run to another state, together with what else changes, and returns it. Throws MoveRefused, with nothing
 * changed, where that state may not follow the one that the run is in by now; an Error if there is no such run.
 */
export async function moveRun(store: Store, id: string, to: RunState, change: RunChange = {}): Promise<Run> {
  const { count } = await store.run.updateMany({
    where: { id, state: { in: statesBefore(to) } },
    data: { ...changedColumns(change), state: to },
  });
  const row = await store.run.findUniqueOrThrow({ where: { id }, include: { tags: true } });
  if (count === 0) throw new MoveRefused(runStateSchema.parse(row.state), to);
  return toRun(row);
}

/** Changes what a run holds, but not its state, and returns it. Throws if there is no such run. */
export async function updateRun(store: Store, id: string, change: RunChange): Promise<Run> {
  const row = await store.run.update({
    where: { id },
    data: changedColumns(change),
    include: { tags: true },
  });
  return toRun(row);
}

function changedColumns({
  summary,
  verdict,
  podsSpark,
  autoscaling,
  loadHandle,
  stateReason,
  worstIncidentOpen: _ofVerdict,
  ...columns
}: RunChange) {
  const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
  return {
    ...columns,
    ...(stateReason === undefined
      ? {}
      : {
          stateReason: stateReason && english(stateReason),
          stateReasonCode: stateReason && stateReason.code,
          stateReasonDataJson: json(stateReason && stateReason.data),
        }),
    ...(verdict === undefined ? {} : verdictColumns(verdict)),
    ...(summary === undefined ? {} : { summaryJson: json(summary) }),
    ...(autoscaling === undefined ? {} : { autoscalingJson: JSON.stringify(autoscaling) }),
    ...(podsSpark === undefined ? {} : { podsSparkJson: JSON.stringify(podsSpark) }),
    ...(loadHandle === undefined ? {} : { loadHandleJson: json(loadHandle) }),
  };
}

/** How far a run is while its load goes on. */
interface RunProgress extends Pick<RunFigures, 'requests' | 'failures' | 'peakReadyPods'> {
  thresholds: readonly RunningThreshold[];
}

/** Stores how far a run is, for lists and its live page, without reading it. */
export async function noteProgress(
  store: Store,
  id: string,
  { thresholds, ...figures }: RunProgress,
): Promise<void> {
  const thresholdsNowJson = thresholds.length > 0 ? JSON.stringify(thresholds) : null;
  await store.run.updateMany({ where: { id }, data: { ...figures, thresholdsNowJson } });
}

export interface RunEdit {
  name?: string;
  notes?: string;
  pinned?: boolean;
  tags?: string[];
}

/** Changes what a user may change of a run; null if there is no such run. */
export async function editRun(store: Store, id: string, { tags, ...edit }: RunEdit): Promise<Run | null> {
  const exists = await store.run.findUnique({ where: { id, deletedAtMs: null }, select: { id: true } });
  if (!exists) return null;
  const row = await store.run.update({
    where: { id },
    data: {
      ...edit,
      ...(tags === undefined
        ? {}
        : { tags: { deleteMany: {}, create: [...new Set(tags)].map((tag) => ({ tag })) } }),
    },
    include: { tags: true },
  });
  // Verdicts tell what they were held against by its name.
  if (edit.name !== undefined) await forgetVerdictsAgainst(store, [id]);
  return toRun(row);
}

/** Adds tags to runs and takes others off, in one transaction. Returns the ids of those runs that exist. */
export async function tagRuns(
  store: Store,
  ids: readonly string[],
  { add, remove }: { add: readonly string[]; remove: readonly string[] },
): Promise<string[]> {
  const found = (
    await store.run.findMany({ where: { id: { in: [...ids] }, deletedAtMs: null }, select: { id: true } })
  ).map(({ id }) => id);
  await store.$transaction([
    store.runTag.deleteMany({ where: { runId: { in: found }, tag: { in: [...remove] } } }),
    ...found.flatMap((runId) =>
      add.map((tag) =>
        store.runTag.upsert({ where: { runId_tag: { runId, tag } }, update: {}, create: { runId, tag } }),
      ),
    ),
  ]);
  return found;
}

/** What was asked for last: the next run is likely to be of the same; null before the first. */
export async function findLastAsked(
  store: Store,
): Promise<{ serviceId: string | null; scriptName: string } | null> {
  return store.run.findFirst({
    where: { board: false, importedFrom: null },
    orderBy: { createdAtMs: 'desc' },
    select: { serviceId: true, scriptName: true },
  });
}

/** Queued runs, oldest first: the order in which they start. */
export async function listQueuedRuns(store: Store): Promise<Run[]> {
  const rows = await store.run.findMany({
    where: { state: 'queued', board: false },
    orderBy: { createdAtMs: 'asc' },
    include: { tags: true },
  });
  return rows.map(toRun);
}

/** Runs that a process left under way, with what their engine needs to end the load; null where it had none yet. */
export async function listUnderWay(
  store: Store,
): Promise<{ run: Run; loadHandle: Record<string, unknown> | null }[]> {
  const rows = await store.run.findMany({
    where: { state: { in: [...underWayStates] } },
    include: { tags: true },
  });
  return rows.map((row) => ({
    run: toRun(row),
    loadHandle:
      row.loadHandleJson === null
        ? null
        : z.record(z.string(), z.unknown()).parse(JSON.parse(row.loadHandleJson)),
  }));
}

/** What masking reads of runs, by their ids; also of deleted ones. What is no run's id is left out. */
export async function findSecretsOf(
  store: Store,
  ids: readonly string[],
): Promise<({ id: string } & Pick<Run, 'env' | 'plainEnv' | 'options' | 'scriptText' | 'files'>)[]> {
  const rows = await store.run.findMany({
    where: { id: { in: [...ids] } },
    select: {
      id: true,
      envJson: true,
      plainEnvJson: true,
      optionsJson: true,
      scriptText: true,
      filesJson: true,
    },
  });
  const shape = runSchema.pick({ env: true, plainEnv: true, options: true });
  return rows.map(({ id, scriptText, ...row }) => ({
    id,
    scriptText,
    files: toScriptFiles(row.filesJson),
    ...shape.parse({
      env: parsed(row.envJson),
      plainEnv: parsed(row.plainEnvJson),
      options: parsed(row.optionsJson),
    }),
  }));
}
