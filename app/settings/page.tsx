import { loadKubeConfig } from '@/lib/kubernetes/client';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { stateDirectory } from '@/lib/store/paths';
import { getDictionary } from '../_i18n/server';
import { Appearance } from './appearance';

export const dynamic = 'force-dynamic';

export default async function SettingsPage() {
  const { t } = await getDictionary();
  const k6 = await findK6({ stateDir: stateDirectory() }).then(({ version, origin }) => `${version} (${origin})`, () => t.settings.notFound);
  let cluster = t.settings.notFound;
  try {
    cluster = loadKubeConfig(stateDirectory()).getCurrentCluster()?.server ?? cluster;
  } catch {
    // Said on the page: no cluster is configured.
  }
  const facts: [string, string][] = [
    [t.settings.k6, k6],
    [t.settings.cluster, cluster],
  ];
  return (
    <div className="max-w-3xl space-y-5">
      <section className="panel p-4 sm:p-5">
        <h2 className="mb-4 text-base font-semibold tracking-tight">{t.settings.appearance}</h2>
        <Appearance />
      </section>
      <section className="panel p-4 sm:p-5">
        <h2 className="mb-3 text-base font-semibold tracking-tight">{t.settings.about}</h2>
        <dl className="divide-y text-sm">
          {facts.map(([name, value]) => (
            <div key={name} className="flex flex-wrap justify-between gap-x-6 gap-y-0.5 py-2">
              <dt className="text-muted-foreground">{name}</dt>
              <dd className="font-mono text-[13px] break-all">{value}</dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  );
}
