import { auditFacets, listAudit } from '@/lib/store/audit';
import { getStore } from '@/lib/store/client';
import { json, readQuery, route } from '@/app/api/_lib/route';
import { auditQuerySchema } from './operations';

/** One page of who did what, the newest first, with the actors and actions to filter by. */
export const GET = route(
  async (request) => {
    const query = readQuery(request, auditQuerySchema);
    const store = await getStore();
    const [{ entries, total }, facets] = await Promise.all([listAudit(store, query), auditFacets(store)]);
    return json({ entries, total, page: query.page, pageSize: query.pageSize, ...facets });
  },
  { access: 'admin' },
);
