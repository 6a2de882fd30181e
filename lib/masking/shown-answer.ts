import { type z } from 'zod';
import { type Role } from '@/lib/model/role';
import { type Store } from '@/lib/store/client';
import { findSecretsOf } from '@/lib/store/runs';
import { maskOf, maskRun, type Mask, type MaskedFrom } from './mask';
import { ownWordsOf, ownWordsOfRun, type OwnWords } from './own-words';
import { mayReadSecrets } from './shown-to';

/**
 * The one gate for what is told of runs: whatever is answered to a viewer or by a link, in whichever shape, the secrets
 * of the runs that it names are masked in it, each run's own in what is told of it. `schema`: the answer's, whose fields
 * and words stay; `runs`: ids of the runs that all of it is about. Who may run gets the value as it is.
 */
export async function shownAnswer<T>(
  store: Store,
  role: Role | null,
  value: T,
  { schema, runs = [] }: { schema?: z.ZodType; runs?: readonly string[] } = {},
): Promise<T> {
  if (mayReadSecrets(role) || typeof value !== 'object' || value === null) return value;
  const before = shown.get(value);
  if (before !== undefined) return before as T;
  const ids = new Set(runs);
  collectIds(value, ids);
  const secrets = await secretsOf(store, [...ids]);
  const result = walked(value, secrets, runs, schema ? ownWordsOf(schema) : ownWordsOfRun());
  // An answer that is made once for many readers is masked once.
  shown.set(value, result);
  return result as T;
}

const shown = new WeakMap<object, unknown>();
const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;
/** A page of the list and what is asked about in one answer are less. */
const mostIds = 1000;

function collectIds(value: unknown, ids: Set<string>): void {
  if (typeof value === 'string') {
    if (ids.size < mostIds && uuid.test(value)) ids.add(value);
  } else if (Array.isArray(value)) {
    // Figures are most of what is answered.
    if (typeof value[0] !== 'number') for (const item of value as unknown[]) collectIds(item, ids);
  } else if (typeof value === 'object' && value !== null)
    for (const [name, item] of Object.entries(value)) {
      if (uuid.test(name)) ids.add(name);
      collectIds(item, ids);
    }
}

/** What masking reads of a run never changes once it is asked for: that of the last few is kept. */
const kept = new Map<string, { secrets: MaskedFrom; mask: Mask }>();
const mostKept = 300;

type Secrets = ReadonlyMap<string, { secrets: MaskedFrom; mask: Mask }>;

async function secretsOf(store: Store, ids: readonly string[]): Promise<Secrets> {
  const found = new Map(ids.flatMap((id) => (kept.has(id) ? [[id, kept.get(id)!] as const] : [])));
  const missing = ids.filter((id) => !found.has(id));
  for (const { id, ...secrets } of missing.length === 0 ? [] : await findSecretsOf(store, missing)) {
    const one = { secrets, mask: maskOf(secrets) };
    found.set(id, one);
    kept.set(id, one);
  }
  for (const id of kept.keys()) {
    if (kept.size <= mostKept) break;
    kept.delete(id);
  }
  return found;
}

function walked(value: object, secrets: Secrets, runs: readonly string[], own: OwnWords): unknown {
  const about = runs.flatMap((id) => secrets.get(id) ?? []);
  // What stands beside several runs, as what a comparison says, is told of all of them.
  const all = about.length > 0 ? about : [...secrets.values()];
  let together: Mask | undefined;
  const ofAll = (): Mask =>
    (together ??= all.length === 1 ? all[0]!.mask : maskOf(...all.map((one) => one.secrets)));
  const walk = (item: unknown): unknown => {
    if (Array.isArray(item)) return typeof item[0] === 'number' ? ofAll().shape(item, own) : item.map(walk);
    if (typeof item !== 'object' || item === null) return ofAll().shape(item, own);
    const { id, runId, scriptText, env } = item as Record<string, unknown>;
    const one = secrets.get(String(id)) ?? secrets.get(String(runId));
    const isRun = typeof scriptText === 'string' && typeof env === 'object';
    if (isRun) return maskRun(item as MaskedFrom, one?.mask ?? ofAll(), own);
    if (one) return one.mask.shape(item, own);
    // As `shape` has it, but for runs within.
    return Object.fromEntries(
      Object.entries(item).map(([name, inner]: [string, unknown]) =>
        typeof inner === 'object' && inner !== null
          ? [own.has(name) || secrets.has(name) ? name : ofAll().text(name), walk(inner)]
          : Object.entries(ofAll().shape({ [name]: inner }, own))[0]!,
      ),
    );
  };
  return walk(value);
}
