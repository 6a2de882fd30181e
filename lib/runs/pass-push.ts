import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { message, messageOfError, type Message } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';
import { boundedFetch } from '@/lib/outgoing/bounded-fetch';
import { type Store } from '@/lib/store/client';
import { dialectOf } from '@/lib/store/dialect';
import { ownerOf } from '@/lib/store/leases/dashboards';
import { thisDashboard } from '@/lib/store/leases/this-dashboard';
import { isUnderWay } from '@/lib/store/runs';

/** Says that another dashboard has passed a push on: it is never passed again. */
const passedHeader = 'scaletrace-passed';
/** k6 gives a push up after five seconds. */
const bounds = { ms: 4000, bytes: 2 ** 16 };

/**
 * Has a push taken by the dashboard that records its run, as a Service leads runners to any of them; the secret is looked at
 * there too. Null: the run is no other's. Throws a Problem (503) where that dashboard is gone or is not reached: k6 tells of
 * the second with its next push, since its values are cumulative, and what stays away is a gap.
 */
export async function passPush(
  store: Store,
  { headers, url }: Pick<Request, 'headers' | 'url'>,
  runId: string,
  body: Uint8Array,
): Promise<Response | null> {
  if (dialectOf(store).kind === 'sqlite' || !(await isUnderWay(store, runId))) return null;
  const owner = headers.has(passedHeader) ? null : await ownerOf(store, runId);
  if (!owner) throw notReached(message('reasons.owner-gone'));
  if (owner.id === thisDashboard()) return null;
  if (owner.peerUrl === null) throw notReached(message('reasons.no-peer-url'));
  const { pathname, search } = new URL(url);
  const to = new URL(`${owner.peerUrl.replace(/\/$/, '')}${pathname}${search}`);
  const answer = await boundedFetch(to, bounds, {
    method: 'POST',
    headers: {
      authorization: headers.get('authorization') ?? '',
      'content-type': 'application/x-protobuf',
      [passedHeader]: '1',
    },
    body,
    // No proxy lies between dashboards, whatever the environment says of the way elsewhere.
    agent: to.protocol === 'https:' ? new HttpsAgent() : new HttpAgent(),
  }).catch((error: unknown) => {
    throw notReached(messageOfError(error));
  });
  const type = answer.headers['content-type'];
  return new Response(answer.status === 204 ? null : new Uint8Array(answer.body), {
    status: answer.status,
    headers: type === undefined ? {} : { 'content-type': type },
  });
}

function notReached(cause: Message): Problem {
  return new Problem('problems.owner-not-reached', { cause });
}
