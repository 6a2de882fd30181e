import { actorOf } from '@/lib/identity/caller';
import { createShare } from '@/lib/sharing/share';
import { getStore } from '@/lib/store/client';
import { listSharesOfComparison, listSharesOfRun } from '@/lib/store/shares';
import { newShareSchema } from '@/lib/model/share-link';
import { notFound, Problem } from '@/app/api/_lib/problem';
import { json, readBody, readQuery, route } from '@/app/api/_lib/route';
import { sharesQuerySchema } from './shapes';

/** The links that show a run, or those of a comparison of exactly these runs. */
export const GET = route(
  async (request) => {
    const { runs } = readQuery(request, sharesQuerySchema);
    const store = await getStore();
    const [first] = runs;
    const shares =
      runs.length === 1 && first !== undefined
        ? await listSharesOfRun(store, first, Date.now())
        : await listSharesOfComparison(store, runs, Date.now());
    return json({ shares });
  },
  { access: 'runner' },
);

/** Makes a link to one run or to a comparison. */
export const POST = route(
  async (request, _params, { caller, note }) => {
    const body = await readBody(request, newShareSchema);
    const nowMs = Date.now();
    if (body.expiresAtMs !== null && body.expiresAtMs <= nowMs) {
      const message = 'Choose a moment that is still to come.';
      throw new Problem(422, 'Invalid input', message, [{ path: 'expiresAtMs', message }]);
    }
    const share = await createShare(
      await getStore(),
      body,
      caller.kind === 'local' ? null : actorOf(caller),
      nowMs,
    );
    if (!share) throw notFound('run');
    note({
      target: share.id,
      detail: { runs: share.runs, expiresAtMs: share.expiresAtMs, password: share.hasPassword },
    });
    return json({ share }, 201);
  },
  { audit: 'share.create' },
);
