import { type Metadata } from 'next';
import { listScripts } from '@/lib/runs/scripts';
import { getStore } from '@/lib/store/client';
import { listServices } from '@/lib/store/services';
import { MayNot } from '../_access/may-not';
import { getAccess } from '../_access/server';
import { PageHeader } from '../_components/page-header';
import { getDictionary } from '../_i18n/server';
import { ImportForm } from './import-form';

export const dynamic = 'force-dynamic';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getDictionary()).t.exports.import.title };
}

export default async function ImportPage() {
  if (!(await getAccess()).mayRun) return <MayNot isPage needed="runner" />;
  const { t } = await getDictionary();
  const store = await getStore();
  const [services, scripts] = await Promise.all([listServices(store), listScripts(store)]);
  return (
    <>
      <PageHeader title={t.exports.import.title} subtitle={t.exports.import.subtitle} />
      <ImportForm
        services={services.map(({ id, name, namespace }) => ({ id, name, namespace }))}
        scripts={scripts.map(({ name }) => name)}
      />
    </>
  );
}
