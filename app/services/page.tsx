import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getStore } from '@/lib/store/client';
import { projectRoot } from '@/lib/store/paths';
import { listServices } from '@/lib/store/services';
import { PageHeader } from '../_components/page-header';
import { getDictionary } from '../_i18n/server';
import { ServiceCard } from './service-card';
import { AddService } from './add-service';

export const dynamic = 'force-dynamic';

export default async function ServicesPage() {
  const { t } = await getDictionary();
  const services = await listServices(await getStore());
  const example = await readFile(join(/* turbopackIgnore: true */ projectRoot(), 'deploy/helloworld-go.yaml'), 'utf8');
  return (
    <>
      <PageHeader title={t.services.title} subtitle={t.services.subtitle} />
      <div className="grid gap-4">
        {services.map((service) => (
          <ServiceCard key={service.id} service={service} />
        ))}
        {services.length === 0 && <p className="text-muted-foreground">{t.services.emptyText}</p>}
        <AddService example={example} />
      </div>
    </>
  );
}
