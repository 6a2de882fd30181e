import { runBaseline, scopeOf } from '@/lib/comparing/trend';
import { clearBaseline, setBaseline } from '@/lib/store/baselines';
import { getStore } from '@/lib/store/client';
import { hasEnded } from '@/lib/model/life';
import { findRun } from '@/lib/store/runs';
import { notFound, Problem } from '@/app/api/_lib/problem';
import { json, route } from '@/app/api/_lib/route';

type Parameters = { id: string };

/** The baseline of the run's script and service, and how the run stands against it. */
export const GET = route<Parameters>(async (_request, { id }) => {
  const answer = await runBaseline(await getStore(), id);
  if (!answer) throw notFound('run');
  return json(answer);
});

/** Makes the run the baseline of its script and service. */
export const PUT = route<Parameters>(
  async (_request, { id }) => {
    const store = await getStore();
    const run = await findRun(store, id);
    if (!run) throw notFound('run');
    if (!hasEnded(run.state))
      throw new Problem(
        409,
        'Run is under way',
        'Wait until the run has ended: only then can others be held against it.',
      );
    if (!run.figures.requests)
      throw new Problem(
        409,
        'Run without requests',
        'This run recorded no request, so nothing can be held against it.',
      );
    await setBaseline(store, scopeOf(run), id, Date.now());
    return json(await runBaseline(store, id));
  },
  { audit: 'baseline.set' },
);

/** Takes it back: its script and service have no baseline then. */
export const DELETE = route<Parameters>(
  async (_request, { id }) => {
    const store = await getStore();
    if (!(await findRun(store, id))) throw notFound('run');
    await clearBaseline(store, id);
    return new Response(null, { status: 204 });
  },
  { audit: 'baseline.clear' },
);
