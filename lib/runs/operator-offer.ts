import { readClusterVersion } from '@/lib/cluster/client';
import { loadKubeConfig } from '@/lib/cluster/kubeconfig';
import { testRuns } from '@/lib/cluster/test-runs';
import { readable } from '@/lib/cluster/unread';
import { stateDirectory } from '@/lib/environment/paths';
import { namespaceOf } from '@/lib/loadgen/operator/k6-operator';
import { runnerUrl } from '@/lib/loadgen/operator/runner-url';
import { isLabVersion } from '@/lib/model/cluster-version';
import { message, messageOfError, type Message } from '@/lib/model/message';

const askedMs = 3000;

/** Whether k6-operator can make a load for a service of this context: where it would (null: not known), and why it cannot. */
export async function offeredOperator(
  kubeContext: string | null,
): Promise<{ namespace: string | null; why: Message | null }> {
  try {
    const config = loadKubeConfig(stateDirectory(), kubeContext);
    const namespace = namespaceOf(config);
    const isLab = isLabVersion(await readClusterVersion(config, askedMs));
    const unread = await readable(config, testRuns, namespace, askedMs);
    if (unread?.code === 'unread.not-installed')
      return { namespace, why: message('problems.operator-not-installed') };
    if (unread) return { namespace, why: unread };
    // The lab's runners reach a port of the recording's own.
    return { namespace, why: runnerUrl(isLab, '').why };
  } catch (error) {
    return { namespace: null, why: messageOfError(error) };
  }
}
