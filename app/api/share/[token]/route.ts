import { json } from '@/app/api/_lib/route';
import { shareRoute } from '@/app/api/_lib/share-route';

/** Whether the link is open to this reader: a page asks when its stream ends. */
export const GET = shareRoute(async (_request, _params, { share }) =>
  json({ kind: share.kind, expiresAtMs: share.expiresAtMs }),
);
