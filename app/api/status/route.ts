import { loadKubeConfig } from '@/lib/cluster/kubeconfig';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { stateDirectory } from '@/lib/environment/paths';
import { json, route } from '@/app/api/_lib/route';

export const dynamic = 'force-dynamic';

/** Which cluster and which k6 are in use. */
export const GET = route(async () => {
  const k6 = await findK6({ stateDir: stateDirectory() }).then(
    ({ version, origin }) => ({ version, origin }),
    () => null,
  );
  let server: string | null = null;
  try {
    server = loadKubeConfig(stateDirectory()).getCurrentCluster()?.server ?? null;
  } catch {
    server = null;
  }
  return json({ k6, cluster: server });
});
