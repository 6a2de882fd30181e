import { type Role } from '@/lib/model/role';
import { type Store } from '@/lib/store/client';
import { listRunFacets, runsOfTags, type RunFacets } from '@/lib/store/run-list';
import { shownAnswer } from './shown-answer';
import { mayReadSecrets } from './shown-to';

/** What runs can be filtered by, as somebody of this role may see it: a tag that tells a secret of its run is left out. */
export async function shownFacets(store: Store, role: Role | null): Promise<RunFacets> {
  const facets = await listRunFacets(store);
  if (mayReadSecrets(role)) return facets;
  const tagged = await runsOfTags(store);
  const shown = await shownAnswer(store, role, { tagged });
  const told = new Map<string, boolean>();
  for (const [i, { tag }] of tagged.entries())
    told.set(tag, (told.get(tag) ?? true) && shown.tagged[i]!.tag === tag);
  return { ...facets, tags: facets.tags.filter((tag) => told.get(tag)) };
}
