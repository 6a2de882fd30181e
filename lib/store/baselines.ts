import { type Store } from './client';

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
}

/** Takes the choice back; false if this run was not the baseline. */
export async function clearBaseline(store: Store, runId: string): Promise<boolean> {
  return (await store.baseline.deleteMany({ where: { runId } })).count > 0;
}
