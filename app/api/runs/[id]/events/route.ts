import { nextChange } from '@/lib/runs/changes';
import { getStore } from '@/lib/store/client';
import { formatCursor, parseCursor, readLog, readRecording, startOfRecording } from '@/lib/store/recording';
import { findRun, hasEnded } from '@/lib/store/runs';
import { notFound, Problem } from '../../../_lib/problem';
import { route } from '../../../_lib/route';

const heartbeatMs = 10_000;
const settleMs = 200;

/**
 * Server-Sent Events of a run: `recording` increments (the event's id is the cursor that a lost connection resumes
 * from), `run` at each change of the run, `log` lines, and `end` when the run has ended and all was sent.
 */
export const GET = route<{ id: string }>(async (request, { id }) => {
  const store = await getStore();
  if (!(await findRun(store, id))) throw notFound('run');
  const asked = request.headers.get('last-event-id') ?? new URL(request.url).searchParams.get('cursor');
  const cursor = asked === null ? startOfRecording : parseCursor(asked);
  if (!cursor) throw new Problem(400, 'Invalid input', 'cursor: not a cursor of this route; leave it out to start from the beginning.');

  const gone = new AbortController();
  request.signal.addEventListener('abort', () => gone.abort(), { once: true });
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    async start(controller) {
      const send = (text: string): void => {
        if (!gone.signal.aborted) controller.enqueue(encoder.encode(text));
      };
      let position = cursor;
      let lastRun = '';
      let lastGaps = '';
      try {
        send('retry: 1000\n\n');
        while (!gone.signal.aborted) {
          // Listening begins before reading, so that nothing stored in between is missed.
          const changed = nextChange(id, heartbeatMs, gone.signal);
          const run = await findRun(store, id);
          if (!run) break;
          const { recording, cursor: next } = await readRecording(store, id, position);
          const lines = await readLog(store, id, position.log);
          position = { ...next, log: lines.at(-1)?.id ?? position.log };
          const eventId = formatCursor(position);
          const gaps = JSON.stringify(recording.gaps);
          const news = recording.points.length + recording.podEvents.length + recording.concurrency.length + recording.decisions.length + recording.series.length;
          if (lines.length > 0) send(`event: log\ndata: ${JSON.stringify({ lines })}\n\n`);
          if (news > 0 || gaps !== lastGaps) send(`id: ${eventId}\nevent: recording\ndata: ${JSON.stringify({ recording, cursor: eventId })}\n\n`);
          lastGaps = gaps;
          const runText = JSON.stringify({ run });
          if (runText !== lastRun) send(`event: run\ndata: ${runText}\n\n`);
          lastRun = runText;
          if (hasEnded(run.state)) {
            send('event: end\ndata: {}\n\n');
            break;
          }
          if (news === 0 && lines.length === 0) send(': still here\n\n');
          await changed;
          // One second's rows are stored within a few milliseconds of each other: sent as one event.
          await new Promise((resolve) => setTimeout(resolve, settleMs));
        }
      } catch (error) {
        console.error(`events of run ${id}`, error);
      } finally {
        gone.abort();
        try {
          controller.close();
        } catch {
          // The reader has closed it already.
        }
      }
    },
    cancel() {
      gone.abort();
    },
  });
  return new Response(stream, {
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' },
  });
});
