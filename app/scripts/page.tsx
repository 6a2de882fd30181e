import { type Metadata } from 'next';
import { listScripts } from '@/lib/runs/scripts';
import { scriptIn } from '@/lib/words/script-text';
import { shownScripts } from '@/lib/masking/shown-scripts';
import { getStore } from '@/lib/store/client';
import { getAccess } from '@/app/_ui/access/server';
import { PageHeader } from '@/app/_ui/page-header';
import { getWords } from '@/app/_ui/words/server';
import { ScriptLibrary } from '@/app/_features/scripts/script-library';

export const dynamic = 'force-dynamic';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getWords()).t('history.scripts.title') };
}

export default async function ScriptsPage() {
  const { t } = await getWords();
  const scripts = shownScripts((await getAccess()).role, await listScripts(await getStore()));
  return (
    <>
      <PageHeader title={t('history.scripts.title')} subtitle={t('history.scripts.subtitle')} />
      <ScriptLibrary scripts={scripts.map((script) => scriptIn(t, script))} />
    </>
  );
}
