import { readClusterVersion } from '@/lib/cluster/client';
import { loadKubeConfig } from '@/lib/cluster/kubeconfig';
import { stateDirectory } from '@/lib/environment/paths';

/** What a first visit can build on: `server` and `version` of the cluster that answers, the lab included; null where none does. */
export async function clusterAtHand(): Promise<{ server: string; version: string } | null> {
  try {
    const config = loadKubeConfig(stateDirectory());
    return {
      server: config.getCurrentCluster()?.server ?? '',
      version: await readClusterVersion(config, 1500),
    };
  } catch {
    return null;
  }
}
