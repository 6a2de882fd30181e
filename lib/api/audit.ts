import { z } from 'zod';
import { auditEntrySchema, auditFacets, auditQuerySchema, listAudit } from '@/lib/store/audit';
import { getStore } from '@/lib/store/client';
import { route } from './route';

export const audit = [
  route(
    'GET /api/audit',
    {
      summary: 'Who did what, the newest first',
      access: 'admin',
      query: auditQuerySchema,
      answers: {
        200: z.object({
          entries: z.array(auditEntrySchema),
          total: z.number(),
          page: z.number(),
          pageSize: z.number(),
          actors: z.array(z.string()),
          actions: z.array(z.string()),
        }),
      },
    },
    async ({ query }) => {
      const store = await getStore();
      const [{ entries, total }, facets] = await Promise.all([listAudit(store, query), auditFacets(store)]);
      return { entries, total, page: query.page, pageSize: query.pageSize, ...facets };
    },
  ),
] as const;
