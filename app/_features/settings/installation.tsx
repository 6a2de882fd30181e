import { loadKubeConfig } from '@/lib/cluster/kubeconfig';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { stateDirectory } from '@/lib/environment/paths';
import { scaletraceVersion } from '@/lib/store/version';
import { getWords } from '@/app/_ui/words/server';

/** What this Scaletrace is and uses. */
export async function Installation() {
  const { t } = await getWords();
  const k6 = await findK6({ stateDir: stateDirectory() }).then(
    ({ version, origin }) => `${version} (${origin})`,
    () => t('settings.notFound'),
  );
  let cluster = t('settings.notFound');
  try {
    cluster = loadKubeConfig(stateDirectory()).getCurrentCluster()?.server ?? cluster;
  } catch {
    // Said on the page: no cluster is configured.
  }
  const facts: [string, string][] = [
    [t('settings.version'), scaletraceVersion],
    [t('settings.k6'), k6],
    [t('settings.cluster'), cluster],
  ];
  return (
    <dl className="divide-y text-sm">
      {facts.map(([name, value]) => (
        <div key={name} className="flex flex-wrap justify-between gap-x-6 gap-y-0.5 py-2">
          <dt className="text-muted-foreground">{name}</dt>
          <dd className="font-mono text-[13px] break-all">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
