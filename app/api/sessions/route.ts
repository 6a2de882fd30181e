import { may } from '@/lib/identity/caller';
import { getStore } from '@/lib/store/client';
import { listSessions } from '@/lib/store/sessions';
import { Problem } from '@/app/api/_lib/problem';
import { json, readQuery, route } from '@/app/api/_lib/route';
import { sessionsQuerySchema } from './operations';

/** The sessions that have not ended: one's own, or for an admin everybody's. */
export const GET = route(async (request, _params, { caller }) => {
  const { of } = readQuery(request, sessionsQuerySchema);
  if (of === 'all' && !may(caller, 'admin'))
    throw new Problem(403, 'Not allowed', 'Only an admin sees the sessions of others.');
  const userId = of === 'all' ? null : caller.kind === 'user' ? caller.userId : '';
  const current = caller.kind === 'user' ? caller.sessionId : null;
  return json({ sessions: await listSessions(await getStore(), userId, Date.now()), current });
});
