import { loadKubeConfig } from '@/lib/kubernetes/client';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { stateDirectory } from '@/lib/store/paths';
import { PageHeader } from '../_components/page-header';
import { getDictionary } from '../_i18n/server';

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
  return (
    <>
      <PageHeader title={t.settings.title} />
      <section className="panel p-4">
        <h2 className="mb-2 text-base font-semibold">{t.settings.about}</h2>
        <dl className="grid gap-2 text-sm">
          <div className="flex justify-between gap-4"><dt className="text-muted-foreground">{t.settings.k6}</dt><dd className="tabular">{k6}</dd></div>
          <div className="flex justify-between gap-4"><dt className="text-muted-foreground">{t.settings.cluster}</dt><dd className="tabular">{cluster}</dd></div>
        </dl>
      </section>
    </>
  );
}
