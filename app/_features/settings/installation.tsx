import { loadKubeConfig } from '@/lib/cluster/kubeconfig';
import { findCage, whyUncaged } from '@/lib/loadgen/cage/find-cage';
import { type FoundCage } from '@/lib/loadgen/cage/shape';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { stateDirectory } from '@/lib/environment/paths';
import { scaletraceVersion } from '@/lib/store/version';
import { type Words } from '@/lib/words/words';
import { getWords } from '@/app/_ui/words/server';

function cageWords(cage: FoundCage, t: Words): string {
  const name = t(`settings.cages.${cage.kind ?? 'none'}`);
  return cage.kind === null ? t('common.aside', { text: name, aside: whyUncaged(cage) }) : name;
}

/** What this Scaletrace is and uses. */
export async function Installation() {
  const { t } = await getWords();
  const binary = await findK6({ stateDir: stateDirectory() }).catch(() => null);
  const k6 = binary
    ? t('common.aside', { text: binary.version, aside: binary.origin })
    : t('settings.notFound');
  const cage = binary && (await findCage(binary.path));
  let cluster = t('settings.notFound');
  try {
    cluster = loadKubeConfig(stateDirectory()).getCurrentCluster()?.server ?? cluster;
  } catch {
    // Said on the page: no cluster is configured.
  }
  const facts: [string, string][] = [
    [t('settings.version'), scaletraceVersion],
    [t('settings.k6'), k6],
    ...(cage ? [[t('settings.cage'), cageWords(cage, t)] as [string, string]] : []),
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
