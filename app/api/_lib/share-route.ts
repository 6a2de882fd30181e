import { openShare, publicIdOf } from '@/lib/sharing/share';
import { shownOf, type Shown } from '@/lib/sharing/shared-run';
import { getStore } from '@/lib/store/client';
import { findRun } from '@/lib/store/runs';
import { countOpening, type StoredShare } from '@/lib/store/shares';
import { runSchema } from '@/lib/model/run';
import { notFound, Problem } from './problem';
import { route, type RouteHandler } from './route';
import { shareHeaders } from './share-headers';

export interface SharedCall {
  share: StoredShare;
  /** False: the link asks for a password that was not given. Only where the route allows it. */
  isOpen: boolean;
}

const checkEveryMs = 1000;

/**
 * A route below `/api/share/TOKEN`: opened by the token alone. 404 for one that never was, 410 for one that has ended
 * (at once: also a stream that is open), 401 while its password is not given, unless `locked` is allowed.
 */
export function shareRoute<P extends { token: string }>(
  handler: (request: Request, params: P, call: SharedCall) => Promise<Response>,
  { locked = false }: { locked?: boolean } = {},
): RouteHandler<P> {
  const inner = route<P>(
    async (request, params) => {
      const opened = await openShare(
        await getStore(),
        params.token,
        request.headers.get('cookie'),
        Date.now(),
      );
      if (opened.kind === 'unknown') throw notFound('link');
      if (opened.kind === 'ended')
        throw new Problem(
          410,
          'Link has ended',
          'This link was revoked, has expired, or its run was deleted. Ask for a new one.',
        );
      if (opened.kind === 'locked' && !locked)
        throw new Problem(401, 'Password needed', 'Open the link’s page and give its password.');
      return handler(request, params, { share: opened.share, isOpen: opened.kind === 'open' });
    },
    { access: 'public', audit: false },
  );
  const guarded = async (request: Request, context: { params: Promise<P> }): Promise<Response> => {
    const response = await inner(request, context);
    const headers = new Headers(response.headers);
    for (const [name, value] of Object.entries(shareHeaders)) headers.set(name, value);
    const { token } = await context.params;
    const body =
      response.body && isEventStream(response) ? whileOpen(response.body, token, request) : response.body;
    return new Response(body, { status: response.status, headers });
  };
  return Object.assign(guarded, { options: inner.options, handle: inner.handle });
}

/**
 * Counts that somebody opened a link: when its page asks for its data. What makes chats' previews reads the page alone,
 * and is no reader.
 */
export async function noteOpening({ id }: StoredShare): Promise<void> {
  await countOpening(await getStore(), id, Date.now());
}

/** The one run of a link, and what its readers may see of it. */
export async function sharedRunOf({ share }: SharedCall): Promise<{ id: string; shown: Shown }> {
  const id = share.kind === 'run' ? share.runs[0] : undefined;
  const run = id === undefined ? null : await findRun(await getStore(), id);
  if (id === undefined || !run) throw notFound('run');
  return { id, shown: shownOf(run, { publicId: publicIdOf(0), notes: share.notes }) };
}

/** An answer of the run's own routes, as the link's readers may see it: JSON or Server-Sent Events. */
export async function shownAnswer(response: Response, shown: Shown): Promise<Response> {
  if (!response.ok || !response.body) return response;
  const mask = (data: unknown): unknown => {
    if (typeof data !== 'object' || data === null || Array.isArray(data)) return shown.value(data);
    const { run, ...rest } = data as { run?: unknown };
    return { ...(run === undefined ? {} : { run: shown.run(runSchema.parse(run)) }), ...shown.value(rest) };
  };
  if (isEventStream(response)) return new Response(response.body.pipeThrough(maskEvents(mask)), response);
  return new Response(JSON.stringify(mask(await response.json())), response);
}

function isEventStream(response: Response): boolean {
  return response.headers.get('content-type')?.startsWith('text/event-stream') === true;
}

function maskEvents(mask: (data: unknown) => unknown): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let rest = '';
  return new TransformStream({
    transform(chunk, controller) {
      const events = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) {
        const lines = event
          .split('\n')
          .map((line) =>
            line.startsWith('data: ') ? `data: ${JSON.stringify(mask(JSON.parse(line.slice(6))))}` : line,
          );
        controller.enqueue(encoder.encode(`${lines.join('\n')}\n\n`));
      }
    },
  });
}

/** The stream until its link ends. */
function whileOpen(
  body: ReadableStream<Uint8Array>,
  token: string,
  request: Request,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const ended = new AbortController();
  const timer = setInterval(() => void check(), checkEveryMs);
  const check = async (): Promise<void> => {
    const { kind } = await openShare(await getStore(), token, request.headers.get('cookie'), Date.now());
    if (kind !== 'open') ended.abort();
  };
  const untilEnded = new Promise<{ done: true; value: undefined }>((resolve) =>
    ended.signal.addEventListener('abort', () => resolve({ done: true, value: undefined }), { once: true }),
  );
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await Promise.race([reader.read(), untilEnded]);
      if (value && !ended.signal.aborted) return controller.enqueue(value);
      clearInterval(timer);
      if (!done || ended.signal.aborted) void reader.cancel();
      controller.close();
    },
    cancel() {
      clearInterval(timer);
      return reader.cancel();
    },
  });
}
