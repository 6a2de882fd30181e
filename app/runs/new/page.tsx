import Link from 'next/link';
import { listScripts } from '@/lib/runs/scripts';
import { getStore } from '@/lib/store/client';
import { listServices } from '@/lib/store/services';
import { PageHeader } from '../../_components/page-header';
import { getDictionary } from '../../_i18n/server';
import { NewRunForm } from './new-run-form';

export const dynamic = 'force-dynamic';

export default async function NewRunPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  const { t } = await getDictionary();
  const store = await getStore();
  const [services, scripts] = await Promise.all([listServices(store), listScripts(store)]);
  const { service } = await searchParams;
  return (
    <>
      <PageHeader title={t.newRun.title} subtitle={t.newRun.subtitle} />
      {services.length === 0 ? (
        <p className="panel px-4 py-10 text-center">
          {t.newRun.noServices} <Link className="underline" href="/services">{t.runs.registerService}</Link>
        </p>
      ) : (
        <NewRunForm services={services} scripts={scripts} chosen={typeof service === 'string' ? service : null} />
      )}
    </>
  );
}
