import { demandOfRun } from '@/lib/report/what-if';
import { NoDemand } from '@/lib/report/what-if-demand';
import { runSweep, sweepRequestSchema, wrongValue } from '@/lib/report/sweep';
import { sweepSize } from '@/lib/autoscaling/whatif';
import { getStore } from '@/lib/store/client';
import { notFound, Problem } from '../../../_lib/problem';
import { readBody, route } from '../../../_lib/route';

/**
 * A sweep as lines of JSON: first `{"size"}`, then lots of `{"points"}` as they are replayed, last `{"done":true}`.
 * Closing the connection ends it.
 */
export const POST = route<{ id: string }>(async (request, { id }) => {
  const { settings, grid } = await readBody(request, sweepRequestSchema);
  const wrong = wrongValue(grid, settings);
  if (wrong) throw new Problem(422, 'Invalid input', wrong.message, [wrong]);
  const recorded = await demandOfRun(await getStore(), id).catch((error: unknown) => {
    throw error instanceof NoDemand ? new Problem(409, 'Nothing to replay', error.message) : error;
  });
  if (!recorded) throw notFound('run');
  const { demand, base, options } = recorded;
  const ended = new AbortController();
  request.signal.addEventListener('abort', () => ended.abort(), { once: true });
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    async start(controller) {
      const send = (line: object): void => {
        if (!ended.signal.aborted) controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`));
      };
      try {
        send({ size: sweepSize(grid) });
        await runSweep({ demand, base, options, settings, grid }, (points) => send({ points }), ended.signal);
        send({ done: true });
      } catch (error) {
        console.error(`sweep over run ${id}`, error);
        send({ error: 'A thread of the sweep failed; Scaletrace’s own log has the reason.' });
      } finally {
        if (!ended.signal.aborted) controller.close();
      }
    },
    cancel: () => ended.abort(),
  });
  return new Response(stream, { headers: { 'content-type': 'application/x-ndjson; charset=utf-8', 'cache-control': 'no-store, no-transform' } });
});
