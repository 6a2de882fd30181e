import { compareRuns } from '@/lib/comparing/compare';
import { publicIdOf } from '@/lib/sharing/share';
import { shownOf } from '@/lib/sharing/shared-run';
import { getStore } from '@/lib/store/client';
import { notFound } from '@/app/api/_lib/problem';
import { json, readQuery } from '@/app/api/_lib/route';
import { noteOpening, shareRoute } from '@/app/api/_lib/share-route';
import { sharedCompareQuerySchema } from './shapes';

/** The comparison of a link, masked. Its runs are named by their place, and no others can be asked for. */
export const GET = shareRoute(async (request, _params, { share }) => {
  const { base } = readQuery(request, sharedCompareQuerySchema);
  if (share.kind !== 'comparison') throw notFound('comparison');
  const places = new Map(share.runs.map((id, position) => [id, publicIdOf(position)]));
  const comparison = await compareRuns(
    await getStore(),
    { runs: share.runs, ...(base === undefined ? {} : { base }) },
    { show: (run) => shownOf(run, { publicId: places.get(run.id) ?? '', notes: false }).run(run) },
  );
  if (!comparison || comparison.missing.length > 0) throw notFound('run');
  await noteOpening(share);
  return json(comparison);
});
