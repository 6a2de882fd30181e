import { Server } from 'lucide-react';
import { type Metadata } from 'next';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '@/lib/environment/paths';
import { getStore } from '@/lib/store/client';
import { listServices } from '@/lib/store/services';
import { getAccess } from '@/app/_ui/access/server';
import { EmptyState } from '@/app/_ui/empty-state';
import { PageHeader } from '@/app/_ui/page-header';
import { getWords } from '@/app/_ui/words/server';
import { AddService } from '@/app/_features/services/add-service';
import { ServiceCard } from '@/app/_features/services/service-card';

export const dynamic = 'force-dynamic';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getWords()).t('services.title') };
}

export default async function ServicesPage() {
  const { t } = await getWords();
  const { mayRun } = await getAccess();
  const services = await listServices(await getStore());
  const example = await readFile(
    join(/* turbopackIgnore: true */ projectRoot(), 'deploy/helloworld-go.yaml'),
    'utf8',
  );
  return (
    <>
      <PageHeader title={t('services.title')} subtitle={t('services.subtitle')} />
      <div className="grid grid-cols-1 gap-5 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="min-w-0 space-y-4">
          {services.length === 0 ? (
            <EmptyState icon={<Server />} title={t('services.emptyTitle')} text={t('services.emptyText')} />
          ) : (
            services.map((service) => <ServiceCard key={service.id} service={service} />)
          )}
        </div>
        {mayRun && <AddService example={example} services={services} />}
      </div>
    </>
  );
}
