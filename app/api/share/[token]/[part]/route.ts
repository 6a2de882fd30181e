import { type RouteHandler } from '@/app/api/_lib/route';
import { notFound } from '@/app/api/_lib/problem';
import { noteOpening, sharedRunOf, shareRoute, shownAnswer } from '@/app/api/_lib/share-route';
import { GET as decisions } from '@/app/api/runs/[id]/decisions/route';
import { GET as events } from '@/app/api/runs/[id]/events/route';
import { GET as log } from '@/app/api/runs/[id]/log/route';
import { GET as metrics } from '@/app/api/runs/[id]/metrics/route';
import { GET as overview } from '@/app/api/runs/[id]/overview/route';
import { GET as range } from '@/app/api/runs/[id]/range/route';

/** What a run's page reads of its run: all that a RunSource asks for, and nothing else of the run's routes. */
const parts: Record<string, RouteHandler<{ id: string }>> = {
  decisions,
  events,
  log,
  metrics,
  overview,
  range,
};

/** As `/api/runs/ID/PART`, masked. */
export const GET = shareRoute<{ token: string; part: string }>(async (request, { part }, call) => {
  const ofRun = Object.hasOwn(parts, part) ? parts[part] : undefined;
  if (!ofRun) throw notFound('part of a link');
  const { id, shown } = await sharedRunOf(call);
  if (part === 'overview' && !new URL(request.url).searchParams.has('fromMs')) await noteOpening(call.share);
  return shownAnswer(
    await ofRun.handle(request, { id }, { caller: { kind: 'nobody', role: null }, note: () => undefined }),
    shown,
  );
});
