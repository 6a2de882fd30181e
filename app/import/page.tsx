import { type Metadata } from 'next';
import { listScripts } from '@/lib/runs/scripts';
import { getStore } from '@/lib/store/client';
import { listServices } from '@/lib/store/services';
import { MayNot } from '@/app/_ui/access/may-not';
import { getAccess } from '@/app/_ui/access/server';
import { PageHeader } from '@/app/_ui/page-header';
import { getWords } from '@/app/_ui/words/server';
import { ImportForm } from '@/app/_features/import/import-form';

export const dynamic = 'force-dynamic';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getWords()).t('exports.import.title') };
}

export default async function ImportPage() {
  if (!(await getAccess()).mayRun) return <MayNot isPage needed="runner" />;
  const { t } = await getWords();
  const store = await getStore();
  const [services, scripts] = await Promise.all([listServices(store), listScripts(store)]);
  return (
    <>
      <PageHeader title={t('exports.import.title')} subtitle={t('exports.import.subtitle')} />
      <ImportForm
        services={services.map(({ id, name, namespace }) => ({ id, name, namespace }))}
        scripts={scripts.map(({ name }) => name)}
      />
    </>
  );
}
