import { getStore } from '@/lib/store/client';
import { revokeShare } from '@/lib/store/shares';
import { notFound } from '@/app/api/_lib/problem';
import { json, route } from '@/app/api/_lib/route';

/** Ends a link at once; it stays listed as revoked. */
export const DELETE = route<{ id: string }>(
  async (_request, { id }, { note }) => {
    const share = await revokeShare(await getStore(), id, Date.now());
    if (!share) throw notFound('link');
    note({ detail: { runs: share.runs } });
    return json({ share });
  },
  { audit: 'share.revoke' },
);
