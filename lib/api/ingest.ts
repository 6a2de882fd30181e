import { getRecording } from '@/lib/runs/recording';
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
      answers: { 204: nothing('The push was taken.') },
    },
    async ({ request, params }) => {
      const secret = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
      if (!secret) throw new Problem('problems.secret-needed', {});
      const body = await readBytes(request, limits.push.bytes);
      if (!body) throw new Problem('problems.push-too-large', { bytes: limits.push.bytes });
      await (await getRecording()).ingest(params.id, secret, body);
    },
  ),
] as const;

/** Answers a push, where nothing else is taken. */
export async function answerPush(request: Request): Promise<Response> {
  return answer(ingest[0], request, { id: new URL(request.url).pathname.split('/').at(-1) ?? '' });
}
