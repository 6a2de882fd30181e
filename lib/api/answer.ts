import { z } from 'zod';
import { shareHeaders } from '@/lib/sharing/share-headers';
import { shownAnswer } from '@/lib/masking/shown-answer';
import { mayReadSecrets } from '@/lib/masking/shown-to';
import { getStore } from '@/lib/store/client';
import { recordAudit, type AuditNote } from './audit-note';
import { checkAnswer, checkedItems } from './check-answer';
import { admit, isStillAdmitted } from './gate';
import { Problem } from '@/lib/model/problem';
import { DatabaseUnwritable } from '@/lib/store/database-state';
import { log } from '@/lib/telemetry/log.mjs';
import { responseOf as refused } from './problem';
import { readBody, readQuery } from './read-request';
import { type Answers, type AnyRoute, type Call, type Media } from './route';
import { bytesOnce, jsonResponse } from './made-once';
import { endUnless, streamOf } from './stream';

/** A reader who may read no longer is let go within this time (ms). */
const lookAgainMs = { role: 5000, link: 1000 };

/**
 * Answers a request by its route: who asks must be admitted, query and body must be as the contract says, what was
 * changed goes to the audit list, a Problem is answered as RFC 9457, and anything else that is thrown is logged and
 * answered as 500 without its inside.
 */
export async function answer(
  route: AnyRoute,
  request: Request,
  params: Record<string, string>,
): Promise<Response> {
  const startedMs = performance.now();
  const response = await attempt(route, request, params);
  if (log.isLevelEnabled('debug'))
    log.debug(
      {
        method: request.method,
        path: new URL(request.url).pathname,
        status: response.status,
        durationMs: Math.round(performance.now() - startedMs),
      },
      'request',
    );
  if (isLinks(route))
    for (const [name, value] of Object.entries(shareHeaders)) response.headers.set(name, value);
  if (request.method !== 'HEAD') return response;
  await response.body?.cancel();
  return new Response(null, response);
}

async function attempt(route: AnyRoute, request: Request, params: Record<string, string>): Promise<Response> {
  const { contract } = route;
  try {
    const { caller, link } = await admit(contract.access, request.headers, params.token ?? '');
    contract.before?.({ request, caller });
    const gone = new AbortController();
    request.signal.addEventListener('abort', () => gone.abort(), { once: true });
    let note: AuditNote = {};
    const call: Call = {
      request,
      params,
      query: contract.query ? readQuery(request, contract.query) : undefined,
      body: contract.body ? await readBody(request, contract.body, contract.maxCharacters) : undefined,
      caller,
      link,
      signal: gone.signal,
      reply: { headers: new Headers() },
      note: (more) => (note = { ...note, ...more, detail: { ...note.detail, ...more.detail } }),
    };
    const given = await route.handle(call);
    const response =
      given instanceof Response
        ? given
        : await responseOf(route, call, await shownGiven(route, call, given), gone);
    if (contract.audit && response.ok && !note.skip)
      await recordAudit({
        action: contract.audit,
        request,
        params,
        caller,
        answer: given instanceof Response ? null : given,
        note,
      });
    return response;
  } catch (error) {
    // Nobody reads it: what was under way has been ended.
    if (request.signal.aborted) return new Response(null, { status: 499 });
    if (error instanceof Problem) return refused(error as Problem);
    if (error instanceof DatabaseUnwritable)
      return refused(
        new Problem(
          error.why === 'unreachable' ? 'problems.database-unreachable' : 'problems.database-unwritable',
          { cause: error.detail },
        ),
      );
    log.error(error, `${request.method} ${new URL(request.url).pathname}`);
    return refused(new Problem('problems.internal', {}));
  }
}

/** What is answered, as who asked may see it. What is streamed is masked where it is made, once for all readers. */
async function shownGiven(
  { contract: { answers, access } }: AnyRoute,
  { caller, link, params, reply }: Call,
  given: unknown,
): Promise<unknown> {
  const schema = answers[reply.status ?? firstSuccess(answers)];
  if (access === 'public' || mayReadSecrets(caller.role) || !(schema instanceof z.ZodType)) return given;
  const runs = link?.share.runs ?? (params.id === undefined ? [] : [params.id]);
  return shownAnswer(await getStore(), caller.role, given, { schema, runs });
}

function isLinks({ contract }: AnyRoute): boolean {
  return contract.access === 'link' || contract.access === 'locked link';
}

async function responseOf(
  route: AnyRoute,
  call: Call,
  given: unknown,
  gone: AbortController,
): Promise<Response> {
  const { answers, access } = route.contract;
  const { headers } = call.reply;
  const status = call.reply.status ?? firstSuccess(answers);
  const kind = answers[status];
  if (kind instanceof z.ZodType) {
    headers.set('cache-control', 'no-store');
    checkAnswer(route.key, kind, given);
    return jsonResponse(given, { status, headers });
  }
  if (kind === undefined || kind.mediaType === '') return new Response(null, { status, headers });
  headers.set('content-type', `${kind.mediaType}; charset=utf-8`);
  headers.set('cache-control', 'no-store, no-transform');
  if (isLines(kind)) {
    const items = checkedItems(route.key, given as AsyncIterable<unknown>, () => kind.lines);
    return new Response(
      streamOf(items, (line) => encoder.encode(`${JSON.stringify(line)}\n`), gone),
      { status, headers },
    );
  }
  if (!isEvents(kind)) throw new Error(`${route.key}: its handler gives a Response for ${kind.mediaType}`);
  const stillAdmitted = (): Promise<boolean> =>
    isStillAdmitted(access, call.request.headers, call.params.token ?? '');
  if (access !== 'public') endUnless(stillAdmitted, gone, call.link ? lookAgainMs.link : lookAgainMs.role);
  headers.set('x-accel-buffering', 'no');
  const items = checkedItems(
    route.key,
    given as AsyncIterable<ServerEvent>,
    ({ type }) => kind.events[type],
    ({ data }) => data,
  );
  return new Response(
    streamOf(items, (event) => bytesOnce(event, eventText), gone, encoder.encode('retry: 1000\n\n')),
    { status, headers },
  );
}

const encoder = new TextEncoder();

interface ServerEvent {
  type: string;
  id?: string;
  data?: unknown;
}

/** As Server-Sent Events have it. */
function eventText({ type, id, data }: ServerEvent): string {
  if (type === 'heartbeat') return ': still here\n\n';
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}

function firstSuccess(answers: Answers): number {
  return Math.min(...Object.keys(answers).map(Number));
}

function isLines(media: Media): media is Media & { lines: z.ZodType } {
  return 'lines' in media;
}

function isEvents(media: Media): media is Media & { events: Record<string, z.ZodType> } {
  return 'events' in media;
}
