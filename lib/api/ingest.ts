import { z } from 'zod';
import { senderOf } from '@/lib/loadgen/load-ingest';
import { passPush } from '@/lib/runs/pass-push';
import { getRecording } from '@/lib/runs/recording';
import { getStore } from '@/lib/store/client';
import { Problem } from '@/lib/model/problem';
import { limits } from '@/lib/model/limits';
import { readBytes } from './read-request';
import { answer } from './answer';
import { nothing, route } from './route';

export const ingest = [
  route(
    'POST /api/ingest/{id}',
    {
      summary:
        'Prometheus remote write (snappy, protobuf) of one run’s k6, opened by that run’s own secret as a bearer token',
      access: 'public',
      audit: false,
      query: z.object({
        runner: z
          .string()
          .max(253)
          .optional()
          .describe(
            'Where a run has several: which sent it, by its number from 1 or a name that ends with -NUMBER',
          ),
        life: z
          .string()
          .max(253)
          .optional()
          .describe('Which of the runner’s processes, where one may follow another: anything of its own'),
      }),
      answers: { 204: nothing('The push was taken.') },
    },
    async ({ request, params, query }) => {
      const secret = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
      if (!secret) throw new Problem('problems.secret-needed', {});
      const body = await readBytes(request, limits.push.bytes);
      if (!body) throw new Problem('problems.push-too-large', { bytes: limits.push.bytes });
      const sender = senderOf(query.runner ?? null, query.life ?? null);
      try {
        await (await getRecording()).ingest(params.id, secret, body, sender);
      } catch (error) {
        if (!(error instanceof Problem && error.said.code === 'problems.run-not-running')) throw error;
        const passed = await passPush(await getStore(), request, params.id, body);
        if (!passed) throw error;
        return passed;
      }
    },
  ),
] as const;

/** Answers a push, where nothing else is taken. */
export async function answerPush(request: Request): Promise<Response> {
  return answer(ingest[0], request, { id: new URL(request.url).pathname.split('/').at(-1) ?? '' });
}
