import { type Metadata } from 'next';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '@/lib/environment/paths';
import { getStore } from '@/lib/store/client';
import { listServices } from '@/lib/store/services';
import { getAccess } from '@/app/_ui/access/server';
import { PageHeader } from '@/app/_ui/page-header';
import { getWords } from '@/app/_ui/words/server';
import { ServicesView } from '@/app/_features/services/services-view';

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
      <ServicesView services={services} example={mayRun ? example : null} />
    </>
  );
}
