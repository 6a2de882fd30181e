import { may } from '@/lib/identity/caller';
import { getStore } from '@/lib/store/client';
import { endSession } from '@/lib/store/sessions';
import { notFound } from '@/app/api/_lib/problem';
import { route } from '@/app/api/_lib/route';

/** Ends a session: one's own, or for an admin anybody's. */
export const DELETE = route<{ id: string }>(
  async (_request, { id }, { caller, note }) => {
    const userId = may(caller, 'admin') ? null : caller.kind === 'user' ? caller.userId : '';
    const name = await endSession(await getStore(), id, userId);
    if (name === null) throw notFound('session');
    note({ target: name });
    return new Response(null, { status: 204 });
  },
  { access: 'viewer', audit: 'session.end' },
);
