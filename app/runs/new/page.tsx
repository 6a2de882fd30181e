import { type Metadata } from 'next';
import { mayRunUncaged } from '@/lib/identity/caller';
import { listScripts } from '@/lib/runs/scripts';
import { scriptIn } from '@/lib/words/script-text';
import { getStore } from '@/lib/store/client';
import { findLastAsked, findRun } from '@/lib/store/runs';
import { listServices } from '@/lib/store/services';
import { MayNot } from '@/app/_ui/access/may-not';
import { getAccess, getCaller } from '@/app/_ui/access/server';
import { PageHeader } from '@/app/_ui/page-header';
import { getWords } from '@/app/_ui/words/server';
import { UncagedNotice } from '@/app/_features/new-run/uncaged-notice';
import { NewRunForm } from '@/app/_features/new-run/new-run-form';

export const dynamic = 'force-dynamic';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getWords()).t('newRun.title') };
}

export default async function NewRunPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  if (!(await getAccess()).mayRun) return <MayNot isPage needed="runner" />;
  const { t } = await getWords();
  const { from, service, script } = await searchParams;
  const store = await getStore();
  const [services, scripts, run, last] = await Promise.all([
    listServices(store),
    listScripts(store),
    typeof from === 'string' ? findRun(store, from) : null,
    findLastAsked(store),
  ]);
  return (
    <>
      <PageHeader title={t('newRun.title')} subtitle={t('newRun.subtitle')} />
      <UncagedNotice mayRunUncaged={mayRunUncaged(await getCaller())} />
      <NewRunForm
        services={services}
        scripts={scripts.map((script) => scriptIn(t, script))}
        from={run}
        service={typeof service === 'string' ? service : (last?.serviceId ?? null)}
        script={typeof script === 'string' ? script : (last?.scriptName ?? null)}
      />
    </>
  );
}
