import { z } from 'zod';
import { actorOf } from '@/lib/identity/caller';
import { code } from '@/lib/model/message';
import { runSchema } from '@/lib/model/run';
import { getRecording } from '@/lib/runs/recording';
import { keepStretch, readBoard } from '@/lib/runs/read-board';
import { getStore } from '@/lib/store/client';
import { watchedSince } from '@/lib/store/boards';
import { findService } from '@/lib/store/services';
import { packedCorrelationSchema } from '@/lib/timeline/correlation-encode';
import { packedOverviewSchema } from '@/lib/timeline/overview-encode';
import { found } from './problem';
import { route } from './route';

const longestMs = 31 * 86_400_000;
const stretchSchema = z
  .object({
    fromUnixMs: z.coerce.number().int().nonnegative(),
    toUnixMs: z.coerce.number().int().nonnegative(),
  })
  .refine(({ fromUnixMs, toUnixMs }) => toUnixMs > fromUnixMs && toUnixMs - fromUnixMs <= longestMs, {
    path: ['toUnixMs'],
    error: code('validation.stretch'),
  });
const watchedSchema = z.object({ watchedSinceUnixMs: z.number().nullable() });

export const boards = [
  route(
    'GET /api/services/{id}/board',
    {
      summary:
        'What was watched of a service in a stretch of time (Unix ms), as a run’s page draws it; null where nothing was. `watchedSinceUnixMs` is null where it is not watched now.',
      access: 'viewer',
      query: stretchSchema,
      answers: {
        200: watchedSchema.extend({
          board: z
            .object({
              run: runSchema,
              overview: packedOverviewSchema,
              correlation: packedCorrelationSchema.nullable(),
            })
            .nullable(),
        }),
      },
    },
    async ({ params: { id }, query }) => {
      const store = await getStore();
      const service = found('service', await findService(store, id));
      return {
        watchedSinceUnixMs: await watchedSince(store, id),
        board: await readBoard(store, service, query),
      };
    },
  ),
  route(
    'PUT /api/services/{id}/board',
    {
      summary: 'Watch a service without a load, or no longer: its board is kept as long as the settings say.',
      access: 'runner',
      audit: 'service.watch',
      body: z.strictObject({ watched: z.boolean() }),
      answers: { 200: watchedSchema },
    },
    async ({ params: { id }, body: { watched }, note }) => {
      const store = await getStore();
      found('service', await findService(store, id));
      await (await getRecording()).watch(id, watched);
      note({ target: id, detail: { watched } });
      return { watchedSinceUnixMs: await watchedSince(store, id) };
    },
  ),
  route(
    'POST /api/services/{id}/board/runs',
    {
      summary:
        'Keep a stretch of a service’s board (Unix ms) as a run of its own, to share, export and replay.',
      access: 'runner',
      audit: 'board.keep',
      body: stretchSchema.safeExtend({ name: z.string().trim().min(1).max(200).optional() }),
      answers: { 201: z.object({ run: runSchema }) },
    },
    async ({ params: { id }, body: { name, ...stretch }, caller }) => {
      const store = await getStore();
      const service = found('service', await findService(store, id));
      const run = await keepStretch(store, service, stretch, {
        name: name ?? `Board of ${service.name}`,
        startedBy: caller.kind === 'local' ? null : actorOf(caller),
      });
      return { run };
    },
  ),
] as const;
