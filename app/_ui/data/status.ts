import { z } from 'zod';
import { getJson } from './http';

const statusSchema = z.object({
  version: z.string().optional(),
  lab: z.boolean().optional(),
  k6: z.object({ version: z.string(), origin: z.string(), path: z.string().optional() }).nullable(),
  cluster: z
    .union([
      z.string(),
      z.object({
        server: z.string().nullable(),
        reachable: z.boolean().optional(),
        detail: z.string().nullish(),
      }),
    ])
    .nullable(),
});
export interface Status {
  version: string | null;
  lab: boolean | null;
  k6: { version: string; origin: string } | null;
  cluster: { server: string | null; reachable: boolean | null } | null;
}

export async function getStatus(): Promise<Status> {
  const { version, lab, k6, cluster } = await getJson('/api/status', statusSchema);
  return {
    version: version ?? null,
    lab: lab ?? null,
    k6,
    cluster:
      typeof cluster === 'string'
        ? { server: cluster, reachable: null }
        : cluster && { server: cluster.server, reachable: cluster.reachable ?? null },
  };
}
