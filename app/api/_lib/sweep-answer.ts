import { sweepSize, type SweepJob } from '@/lib/whatif';
import { runSweep, wrongValue } from '@/lib/whatif/run-sweep';
import { type SweepLine } from '@/lib/whatif/shapes';
import { Problem } from './problem';

/**
 * A sweep as lines of JSON: first `{"size"}`, then lots of `{"points"}` as they are replayed, last `{"done":true}`.
 * Closing the connection ends its threads. Throws a Problem for a value that no service can have.
 */
export function sweepAnswer(job: SweepJob, request: Request): Response {
  const wrong = wrongValue(job.grid, job.settings);
  if (wrong) throw new Problem(422, 'Invalid input', wrong.message, [wrong]);
  const ended = new AbortController();
  request.signal.addEventListener('abort', () => ended.abort(), { once: true });
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    async start(controller) {
      const send = (line: SweepLine): void => {
        if (!ended.signal.aborted) controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`));
      };
      try {
        send({ size: sweepSize(job.grid) });
        await runSweep(job, (points) => send({ points }), ended.signal);
        send({ done: true });
      } catch (error) {
        console.error('sweep', error);
        send({ error: 'A thread of the sweep failed; Scaletrace’s own log has the reason.' });
      } finally {
        if (!ended.signal.aborted) controller.close();
      }
    },
    cancel: () => ended.abort(),
  });
  return new Response(stream, {
    headers: {
      'content-type': 'application/x-ndjson; charset=utf-8',
      'cache-control': 'no-store, no-transform',
    },
  });
}
