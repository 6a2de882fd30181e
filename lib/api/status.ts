import { z } from 'zod';
import { loadKubeConfig } from '@/lib/cluster/kubeconfig';
import { stateDirectory } from '@/lib/environment/paths';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { databaseState, unwritableReasonSchema } from '@/lib/store/database-state';
import { route } from './route';

export const status = [
  route(
    'GET /api/status',
    {
      summary: 'Which k6 and which cluster are in use, and whether the database can be written',
      access: 'viewer',
      answers: {
        200: z.object({
          k6: z.object({ version: z.string(), origin: z.string() }).nullable(),
          cluster: z.string().nullable(),
          database: z.discriminatedUnion('writable', [
            z.object({ writable: z.literal(true) }),
            z.object({
              writable: z.literal(false),
              why: unwritableReasonSchema,
              /** SQLite's own words. */
              detail: z.string(),
              sinceUnixMs: z.number(),
            }),
          ]),
        }),
      },
    },
    async () => ({
      k6: await findK6({ stateDir: stateDirectory() }).then(
        ({ version, origin }) => ({ version, origin }),
        () => null,
      ),
      cluster: clusterServer(),
      database: databaseState(),
    }),
  ),
] as const;

/** The address of the cluster's API; null where no cluster is configured. */
function clusterServer(): string | null {
  try {
    return loadKubeConfig(stateDirectory()).getCurrentCluster()?.server ?? null;
  } catch {
    return null;
  }
}
