import { z } from 'zod';
import { actorOf } from '@/lib/identity/caller';
import { newShareSchema, shareLinkSchema } from '@/lib/model/share-link';
import { createShare } from '@/lib/sharing/share';
import { getStore } from '@/lib/store/client';
import { listSharesOfComparison, listSharesOfRun, revokeShare } from '@/lib/store/shares';
import { Problem } from '@/lib/model/problem';
import { found } from './problem';
import { route } from './route';
import { code } from '@/lib/model/message';

const id = z.string().min(1).max(100);
const sharesQuerySchema = z.object({
  runs: z
    .string({ error: code('validation.run-parameter') })
    .transform((text) => [...new Set(text.split(',').filter((part) => part !== ''))])
    .pipe(z.array(id).min(1, code('validation.no-runs')).max(6, code('validation.most-runs'))),
});
const shareAnswerSchema = z.object({ share: shareLinkSchema });

/** Share links as those see them who make them; what they open is in `shared.ts`. */
export const sharing = [
  route(
    'GET /api/shares',
    {
      summary: 'The share links that show a run, or a comparison of exactly these runs.',
      access: 'runner',
      query: sharesQuerySchema,
      answers: { 200: z.object({ shares: z.array(shareLinkSchema) }) },
    },
    async ({ query: { runs } }) => {
      const store = await getStore();
      const [first] = runs;
      return {
        shares:
          runs.length === 1 && first !== undefined
            ? await listSharesOfRun(store, first, Date.now())
            : await listSharesOfComparison(store, runs, Date.now()),
      };
    },
  ),
  route(
    'POST /api/shares',
    {
      summary: 'Makes a read-only link to one run or to a comparison; it needs no sign-in.',
      access: 'runner',
      audit: 'share.create',
      body: newShareSchema,
      answers: { 201: shareAnswerSchema },
    },
    async ({ body, caller, note }) => {
      const nowMs = Date.now();
      if (body.expiresAtMs !== null && body.expiresAtMs <= nowMs) {
        throw new Problem('problems.expiry-past', {}, { errors: [{ path: 'expiresAtMs' }] });
      }
      const share = found(
        'run',
        await createShare(await getStore(), body, caller.kind === 'local' ? null : actorOf(caller), nowMs),
      );
      note({
        target: share.id,
        detail: { runs: share.runs, expiresAtMs: share.expiresAtMs, password: share.hasPassword },
      });
      return { share };
    },
  ),
  route(
    'DELETE /api/shares/{id}',
    {
      summary: 'Ends a share link at once.',
      access: 'runner',
      audit: 'share.revoke',
      answers: { 200: shareAnswerSchema },
    },
    async ({ params, note }) => {
      const share = found('link', await revokeShare(await getStore(), params.id, Date.now()));
      note({ detail: { runs: share.runs } });
      return { share };
    },
  ),
] as const;
