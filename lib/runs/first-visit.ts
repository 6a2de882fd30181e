import { loadKubeConfig, readClusterVersion } from '@/lib/kubernetes/client';
import { stateDirectory } from '@/lib/store/paths';

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
