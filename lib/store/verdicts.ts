import { objectiveSchema, type Objective } from '@/lib/model/objective';
import {
  verdictFiguresSchema,
  verdictSchema,
  verdictShownSchema,
  type Verdict,
  type VerdictOutcome,
  type VerdictShown,
} from '@/lib/model/verdict';
import { z } from 'zod';
import { type Store } from './client';

/** To be raised with each change of how runs are judged: verdicts of before are made again when they are next read. */
const verdictVersion = 14;

const version = { version: z.literal(verdictVersion) };
const storedSchema = verdictSchema.extend(version);
const storedShownSchema = verdictShownSchema.extend({
  ...version,
  worstIncidentOpen: verdictFiguresSchema.shape.worstIncidentOpen,
});

/** The verdict in a row; null where there is none, or one of another version. */
export function toVerdict(json: string | null): Verdict | null {
  const stored = json === null ? null : storedSchema.safeParse(JSON.parse(json)).data;
  if (!stored) return null;
  const { version: _, ...verdict } = stored;
  return verdict;
}

/** What a list shows of it. */
export function toVerdictShown(json: string | null): VerdictShown | null {
  const stored = toStoredShown(json);
  return stored && { outcome: stored.outcome, said: stored.said };
}

/** Whether a run's worst incident had not ended, as its verdict knows it; null: it has none, or no verdict yet. */
export function toWorstIncidentOpen(verdictShownJson: string | null): boolean | null {
  return toStoredShown(verdictShownJson)?.worstIncidentOpen ?? null;
}

function toStoredShown(json: string | null): z.infer<typeof storedShownSchema> | null {
  return json === null ? null : (storedShownSchema.safeParse(JSON.parse(json)).data ?? null);
}

/** What a run of this outcome is filtered by: a verdict of another version is none. */
export function verdictKey(outcome: VerdictOutcome): string {
  return `${verdictVersion} ${outcome}`;
}

/** A verdict as its columns. */
export function verdictColumns(verdict: Verdict | null): {
  verdictJson: string | null;
  verdictShownJson: string | null;
  verdictKey: string | null;
  worstIncidentMs?: number | null;
} {
  if (verdict === null) return { verdictJson: null, verdictShownJson: null, verdictKey: null };
  const { outcome, said, figures } = verdict;
  const { worstIncidentMs, worstIncidentOpen } = figures;
  return {
    // What lists sort by is what the verdict tells.
    worstIncidentMs,
    verdictJson: JSON.stringify({ version: verdictVersion, ...verdict }),
    verdictShownJson: JSON.stringify({ version: verdictVersion, outcome, said, worstIncidentOpen }),
    verdictKey: verdictKey(outcome),
  };
}

/** What a run is judged by, as its service has it now: of a service that is registered no more, as it was. */
export interface AskedOfService {
  objective: Objective | null;
  pricePerPodHour: number | null;
  /** As it is stored: what has changed meanwhile is known by it. */
  json: string | null;
  serviceId: string | null;
}

/** What the service of a run asks of its runs; null: it is registered no more. */
export async function askedOfService(store: Store, runId: string): Promise<AskedOfService | null> {
  const row = await store.run.findUnique({
    where: { id: runId },
    select: { service: { select: { id: true, objectiveJson: true, pricePerPodHour: true } } },
  });
  if (!row?.service) return null;
  const { id, objectiveJson, pricePerPodHour } = row.service;
  return { objective: toObjective(objectiveJson), pricePerPodHour, json: objectiveJson, serviceId: id };
}

/** The objective in a row; null: nothing is asked for. */
export function toObjective(json: string | null): Objective | null {
  return json === null ? null : objectiveSchema.parse(JSON.parse(json));
}

/** Keeps the verdict of an ended run, unless what its service asks for has changed meanwhile. */
export async function keepVerdict(
  store: Store,
  runId: string,
  verdict: Verdict,
  asked: AskedOfService | null,
): Promise<void> {
  await store.run.updateMany({
    where: {
      id: runId,
      endedAtMs: { not: null },
      ...(asked
        ? {
            service: {
              is: { objectiveJson: asked.json, pricePerPodHour: asked.pricePerPodHour },
            },
          }
        : {}),
    },
    data: verdictColumns(verdict),
  });
}

/** Forgets the verdict of a run: it is made again when it is next read. */
export async function forgetVerdict(store: Store, runId: string): Promise<void> {
  await store.run.updateMany({ where: { id: runId }, data: verdictColumns(null) });
}

/** Forgets the verdicts of a service's runs: it asks for something else now. */
export async function forgetVerdictsOfService(store: Store, serviceId: string): Promise<void> {
  await store.run.updateMany({ where: { serviceId }, data: verdictColumns(null) });
}
