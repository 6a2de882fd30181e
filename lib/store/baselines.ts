import { type HeldAgainst } from '@/lib/model/trend';
import { type Store } from './client';
import { dialectOf } from './dialect';
import { Prisma } from './generated/client';

/** What a baseline is chosen for: the runs of one script against one service. */
export interface BaselineScope {
  namespace: string;
  serviceName: string;
  scriptName: string;
}

/** What a run would be the baseline of. */
export function scopeOf({
  service,
  scriptName,
}: {
  service: { namespace: string; name: string };
  scriptName: string;
}): BaselineScope {
  return { namespace: service.namespace, serviceName: service.name, scriptName };
}

/** The run that others of this script and service are held against; null if none is chosen, or it was deleted. */
export async function findBaseline(
  store: Store,
  scope: BaselineScope,
): Promise<{ runId: string; name: string } | null> {
  const row = await store.baseline.findUnique({
    where: { namespace_serviceName_scriptName: scope, run: { deletedAtMs: null } },
    select: { runId: true, run: { select: { name: true } } },
  });
  return row && { runId: row.runId, name: row.run.name };
}

/** All baselines that are chosen, with what each is chosen for. */
export async function listBaselines(store: Store): Promise<(BaselineScope & { runId: string })[]> {
  const rows = await store.baseline.findMany({ where: { run: { deletedAtMs: null } } });
  return rows.map(({ namespace, serviceName, scriptName, runId }) => ({
    namespace,
    serviceName,
    scriptName,
    runId,
  }));
}

/** Those of the runs that are baselines by which others are judged, with how many others that are not named too. */
export async function heldAgainst(store: Store, ids: readonly string[]): Promise<HeldAgainst[]> {
  const chosen = await store.baseline.findMany({
    where: { runId: { in: [...ids] }, run: { deletedAtMs: null } },
    include: { run: { select: { name: true } } },
  });
  const found: HeldAgainst[] = [];
  for (const { runId, run, ...scope } of chosen) {
    const [counted] = await store.$queryRaw<{ runs: bigint }[]>(
      Prisma.sql`SELECT COUNT(*) AS "runs" FROM "Run"
        WHERE ${ofScope(store, scope)} AND "deletedAtMs" IS NULL AND "originMs" IS NOT NULL
          AND "id" NOT IN (${Prisma.join([...ids])})`,
    );
    if (counted && counted.runs > 0) found.push({ runId, name: run.name, runs: Number(counted.runs) });
  }
  return found;
}

/**
 * Forgets the verdicts of the runs that are held against what these runs are the baselines of: another is now, or none, or
 * it is called otherwise. To be called after that change, so that a verdict that is being made meanwhile is found out.
 */
export async function forgetVerdictsAgainst(store: Store, ids: readonly string[]): Promise<void> {
  for (const scope of await scopesOf(store, ids)) await forgetVerdictsOfScope(store, scope);
}

/** What these runs are the baselines of. */
function scopesOf(store: Store, ids: readonly string[]): Promise<BaselineScope[]> {
  return store.baseline.findMany({
    where: { runId: { in: [...ids] } },
    omit: { runId: true, setAtMs: true },
  });
}

async function forgetVerdictsOfScope(store: Store, scope: BaselineScope): Promise<void> {
  await store.$executeRaw(Prisma.sql`UPDATE "Run" SET "verdictJson" = NULL, "verdictShownJson" = NULL, "verdictKey" = NULL
    WHERE ${ofScope(store, scope)} AND ${dialectOf(store).jsonTrue('verdictJson', ['objective', 'regression'])}`);
}

/** The condition by which rows of runs are those that a baseline is chosen for. */
function ofScope(store: Store, { namespace, serviceName, scriptName }: BaselineScope): Prisma.Sql {
  return Prisma.sql`"serviceName" = ${serviceName} AND "scriptName" = ${scriptName} AND NOT "board"
    AND ${dialectOf(store).jsonText('serviceJson', ['namespace'])} = ${namespace}`;
}

/** Chooses a run as the baseline of its script and service, in place of any other. */
export async function setBaseline(
  store: Store,
  scope: BaselineScope,
  runId: string,
  setAtMs: number,
): Promise<void> {
  await store.baseline.upsert({
    where: { namespace_serviceName_scriptName: scope },
    update: { runId, setAtMs },
    create: { ...scope, runId, setAtMs },
  });
  await forgetVerdictsOfScope(store, scope);
}

/** Takes the choice back, if this run was the baseline. */
export async function clearBaseline(store: Store, runId: string): Promise<void> {
  const cleared = await scopesOf(store, [runId]);
  await store.baseline.deleteMany({ where: { runId } });
  for (const scope of cleared) await forgetVerdictsOfScope(store, scope);
}
