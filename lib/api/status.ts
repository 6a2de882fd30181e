import { z } from 'zod';
import { loadKubeConfig } from '@/lib/cluster/kubeconfig';
import { stateDirectory } from '@/lib/environment/paths';
import { findCage } from '@/lib/loadgen/cage/find-cage';
import { cageKindSchema } from '@/lib/loadgen/cage/shape';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { databaseState, unwritableReasonSchema } from '@/lib/store/database-state';
import { route } from './route';

export const status = [
  route(
    'GET /api/status',
    {
      summary:
        'Which k6 and which cluster are in use, what confines k6’s scripts, and whether the database can be written',
      access: 'viewer',
      answers: {
        200: z.object({
          k6: z.object({ version: z.string(), origin: z.string() }).nullable(),
          cage: z
            .object({
              kind: cageKindSchema.nullable(),
              reasons: z.array(z.object({ kind: cageKindSchema, reason: z.string() })),
              switchedOff: z.boolean(),
            })
            .nullable()
            .describe('`kind` null: a script can do what Scaletrace’s own user can; `reasons` say why.'),
          cluster: z.string().nullable(),
          database: z.discriminatedUnion('writable', [
            z.object({ writable: z.literal(true) }),
            z.object({
              writable: z.literal(false),
              why: unwritableReasonSchema,
              /** The database's own words. */
              detail: z.string(),
              sinceUnixMs: z.number(),
            }),
          ]),
        }),
      },
    },
    async () => {
      const k6 = await findK6({ stateDir: stateDirectory() }).catch(() => null);
      const cage = k6 && (await findCage(k6.path));
      return {
        k6: k6 && { version: k6.version, origin: k6.origin },
        cage: cage && { kind: cage.kind, reasons: cage.reasons, switchedOff: cage.switchedOff },
        cluster: clusterServer(),
        database: databaseState(),
      };
    },
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
