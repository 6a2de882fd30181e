import { may } from '@/lib/identity/caller';
import { getStore } from '@/lib/store/client';
import { revokeToken } from '@/lib/store/tokens';
import { notFound, Problem } from '@/app/api/_lib/problem';
import { json, route } from '@/app/api/_lib/route';

/** Revokes an API token, at once and for good: one's own, or for an admin anybody's. */
export const DELETE = route<{ id: string }>(
  async (_request, { id }, { caller }) => {
    if (caller.kind === 'token')
      throw new Problem(
        403,
        'Not allowed',
        'A token cannot revoke tokens: sign in, and do it in the settings.',
      );
    const token = await revokeToken(
      await getStore(),
      id,
      may(caller, 'admin') ? null : caller.kind === 'user' ? caller.userId : '',
      Date.now(),
    );
    if (!token) throw notFound('token in force');
    return json({ token });
  },
  { access: 'viewer', audit: 'token.revoke' },
);
