import { z } from 'zod';
import { runListItemSchema, serviceSchema, type RunListItem, type RunState } from '@/lib/model/run';
import { naturalOrder } from '@/lib/model/natural-order';
import { type Store } from './client';
import { dialectOf } from './dialect';
import { Prisma } from './generated/client';
import { endedStates } from '@/lib/model/life';
import { type RunFilter, type RunQuery, type RunSort, type VerdictCounts } from '@/lib/model/run-query';
import { verdictOutcomeSchema } from '@/lib/model/verdict';
import { toFigures } from './runs';
import { toVerdictShown, verdictKey } from './verdicts';

/** What each column sorts by; a share of failures is compared, not their count, as the list shows it. */
const sortTerms: Record<RunSort, Prisma.Sql> = {
  createdAtMs: Prisma.sql`"createdAtMs"`,
  // By letters, so that 10 stands before 2: no order by numbers is had by both databases.
  name: Prisma.sql`LOWER("name")`,
  state: Prisma.sql`"state"`,
  serviceName: Prisma.sql`"serviceName"`,
  scriptName: Prisma.sql`"scriptName"`,
  lengthMs: Prisma.sql`"loadEndMs" - "loadStartMs"`,
  requests: Prisma.sql`"requests"`,
  requestsPerSecond: Prisma.sql`"requestsPerSecond"`,
  failures: Prisma.sql`CASE WHEN "requests" > 0 THEN "failures" * 1.0 / "requests" END`,
  p95Ms: Prisma.sql`"p95Ms"`,
  p99Ms: Prisma.sql`"p99Ms"`,
  peakReadyPods: Prisma.sql`"peakReadyPods"`,
  worstLagMs: Prisma.sql`"worstLagMs"`,
  worstIncidentMs: Prisma.sql`"worstIncidentMs"`,
};

/**
 * One page of the runs that match, pinned ones first, and how many match in all. Deleted runs are in no list.
 * Both questions are answered from the index `Run_list` alone: a run's script and options are not read over.
 */
export async function listRuns(
  store: Store,
  query: RunQuery,
): Promise<{ runs: RunListItem[]; total: number }> {
  const where = whereOf(store, query);
  // NULLs sort first in SQLite, last in PostgreSQL: last both ways. The id settles ties; by time, the index already has this order.
  const order = query.order === 'asc' ? Prisma.sql`ASC NULLS LAST` : Prisma.sql`DESC NULLS LAST`;
  const ties = query.sort === 'createdAtMs' ? Prisma.empty : Prisma.sql`"createdAtMs" DESC,`;
  const [ids, counted] = await Promise.all([
    store.$queryRaw<{ id: string }[]>`SELECT "id" FROM "Run" WHERE ${where}
      ORDER BY "pinned" DESC, ${sortTerms[query.sort]} ${order}, ${ties} "id" DESC
      LIMIT ${query.pageSize} OFFSET ${(query.page - 1) * query.pageSize}`,
    store.$queryRaw<{ total: bigint }[]>`SELECT COUNT(*) AS total FROM "Run" WHERE ${where}`,
  ]);
  const rows = await store.run.findMany({
    where: { id: { in: ids.map(({ id }) => id) } },
    omit: {
      scriptText: true,
      summaryJson: true,
      autoscalingJson: true,
      pastJson: true,
      optionsJson: true,
      verdictJson: true,
      ingestSecretHash: true,
    },
    include: { tags: true },
  });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return {
    total: Number(counted[0]?.total ?? 0),
    runs: ids.flatMap(({ id }): RunListItem[] => {
      const row = byId.get(id);
      if (!row) return [];
      return [
        {
          id: row.id,
          name: row.name,
          state: row.state as RunState,
          stateReason: row.stateReason,
          stateReasonCode: row.stateReasonCode,
          stateReasonData: runListItemSchema.shape.stateReasonData.parse(
            JSON.parse(row.stateReasonDataJson ?? 'null'),
          ),
          serviceName: row.serviceName,
          namespace: serviceSchema.pick({ namespace: true }).parse(JSON.parse(row.serviceJson)).namespace,
          scriptName: row.scriptName,
          createdAtMs: row.createdAtMs,
          originMs: row.originMs,
          loadStartMs: row.loadStartMs,
          loadEndMs: row.loadEndMs,
          endedAtMs: row.endedAtMs,
          figures: toFigures(row),
          protocols: runListItemSchema.shape.protocols.parse(JSON.parse(row.protocolsJson)),
          verdict: toVerdictShown(row.verdictShownJson),
          podsSpark:
            row.podsSparkJson === null ? [] : z.array(z.number()).parse(JSON.parse(row.podsSparkJson)),
          tags: row.tags.map(({ tag }) => tag).sort(naturalOrder),
          pinned: row.pinned,
        },
      ];
    }),
  };
}

/** Of the runs that match, whatever their verdict, how many have each: from the index `Run_list` alone. */
export async function countVerdicts(store: Store, filter: RunFilter): Promise<VerdictCounts> {
  const rows = await store.$queryRaw<{ verdictKey: string | null; total: bigint }[]>`
    SELECT "verdictKey", COUNT(*) AS total FROM "Run" WHERE ${whereOf(store, { ...filter, verdict: undefined })}
      AND ${isEnded(store)} GROUP BY "verdictKey"`;
  const counts: VerdictCounts = { pass: 0, fail: 0, unclear: 0, unjudged: 0 };
  for (const { verdictKey: key, total } of rows)
    counts[verdictOutcomeSchema.options.find((one) => verdictKey(one) === key) ?? 'unjudged'] +=
      Number(total);
  return counts;
}

/** The newest of the runs that match, ended and not judged yet. */
export async function listUnjudged(store: Store, filter: RunFilter, most: number): Promise<string[]> {
  const known = verdictOutcomeSchema.options.map(verdictKey);
  const rows = await store.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Run" WHERE ${whereOf(store, { ...filter, verdict: undefined })} AND ${isEnded(store)}
      AND ("verdictKey" IS NULL OR "verdictKey" NOT IN (${Prisma.join(known)}))
      ORDER BY "createdAtMs" DESC LIMIT ${most}`;
  return rows.map(({ id }) => id);
}

function isEnded(store: Store): Prisma.Sql {
  return Prisma.sql`${dialectOf(store).unindexed}"state" IN (${Prisma.join([...endedStates])})`;
}

export interface RunFacets {
  services: string[];
  scripts: string[];
  tags: string[];
}

/** Each service, script and tag that some run has, for a filter to offer: names in their order, the tags in use most first. */
export async function listRunFacets(store: Store): Promise<RunFacets> {
  const [services, scripts, tags] = await Promise.all([
    store.$queryRaw<
      { name: string }[]
    >`SELECT DISTINCT "serviceName" AS name FROM "Run" WHERE "deletedAtMs" IS NULL AND NOT "board"`,
    store.$queryRaw<
      { name: string }[]
    >`SELECT DISTINCT "scriptName" AS name FROM "Run" WHERE "deletedAtMs" IS NULL AND NOT "board"`,
    store.$queryRaw<
      { name: string; runs: bigint }[]
    >`SELECT "tag" AS name, COUNT(*) AS runs FROM "RunTag" WHERE "runId" NOT IN (SELECT "id" FROM "Run" WHERE "deletedAtMs" IS NOT NULL)
      GROUP BY "tag" ORDER BY COUNT(*) DESC, "tag" LIMIT 500`,
  ]);
  const names = (rows: { name: string }[]): string[] => rows.map(({ name }) => name);
  return {
    services: names(services).sort(naturalOrder),
    scripts: names(scripts).sort(naturalOrder),
    tags: names(tags.sort((a, b) => Number(b.runs - a.runs) || naturalOrder(a.name, b.name))),
  };
}

function whereOf(store: Store, filter: RunFilter): Prisma.Sql {
  const { like: isLike, unindexed } = dialectOf(store);
  // The plus keeps SQLite from a narrower index, for which it would have to read each run's whole row.
  const terms: Prisma.Sql[] = [Prisma.sql`"deletedAtMs" IS NULL AND "board" = FALSE`];
  if (filter.state) terms.push(Prisma.sql`${unindexed}"state" = ${filter.state}`);
  if (filter.verdict) terms.push(Prisma.sql`${unindexed}"verdictKey" = ${verdictKey(filter.verdict)}`);
  if (filter.service) terms.push(Prisma.sql`${unindexed}"serviceName" = ${filter.service}`);
  if (filter.script) terms.push(Prisma.sql`${unindexed}"scriptName" = ${filter.script}`);
  if (filter.tag) terms.push(Prisma.sql`"id" IN (SELECT "runId" FROM "RunTag" WHERE "tag" = ${filter.tag})`);
  if (filter.fromMs !== undefined) terms.push(Prisma.sql`${unindexed}"createdAtMs" >= ${filter.fromMs}`);
  if (filter.toMs !== undefined) terms.push(Prisma.sql`${unindexed}"createdAtMs" < ${filter.toMs}`);
  for (const word of filter.q?.split(/\s+/).filter((one) => one !== '') ?? []) {
    const like = `%${word.replace(/[\\%_]/g, '\\$&')}%`;
    terms.push(Prisma.sql`("name" ${isLike} ${like} ESCAPE '\\' OR "notes" ${isLike} ${like} ESCAPE '\\' OR "serviceName" ${isLike} ${like} ESCAPE '\\' OR "scriptName" ${isLike} ${like} ESCAPE '\\'
      OR "id" IN (SELECT "runId" FROM "RunTag" WHERE "tag" ${isLike} ${like} ESCAPE '\\'))`);
  }
  return Prisma.join(terms, ' AND ');
}

/** The tags in use, each with the two newest runs that have it. */
export async function runsOfTags(store: Store): Promise<{ tag: string; runId: string }[]> {
  // SQLite keeps the order of a CROSS JOIN: the runs from their index `Run_list`, then the tags of each.
  return store.$queryRaw`SELECT "tag", "runId" FROM (
      SELECT "tag", "runId", ROW_NUMBER() OVER (PARTITION BY "tag" ORDER BY "createdAtMs" DESC, "runId" DESC) AS place
      FROM "Run" CROSS JOIN "RunTag" WHERE "deletedAtMs" IS NULL AND "board" = FALSE AND "runId" = "Run"."id"
    ) AS tagged WHERE place <= 2 LIMIT 1000`;
}
