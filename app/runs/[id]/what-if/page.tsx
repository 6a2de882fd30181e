import { ChevronLeft } from 'lucide-react';
import { type Metadata } from 'next';
import { Link } from '@/app/_ui/link';
import { notFound } from 'next/navigation';
import { getStore } from '@/lib/store/client';
import { findRun } from '@/lib/store/runs';
import { shownTo } from '@/lib/masking/shown-to';
import { endedStates, type Run } from '@/lib/model/run';
import { getAccess } from '@/app/_ui/access/server';
import { EmptyState } from '@/app/_ui/empty-state';
import { PageHeader } from '@/app/_ui/page-header';
import { getWords } from '@/app/_ui/words/server';
import { RunWhatIf } from '@/app/_features/what-if/run-what-if';

export const dynamic = 'force-dynamic';

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

async function shownRun(id: string): Promise<Run | null> {
  const run = await findRun(await getStore(), id);
  return run && shownTo((await getAccess()).role, run).run;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { t } = await getWords();
  const run = await shownRun((await params).id);
  return { title: run ? t('whatif.titleOf', { run: run.name }) : t('whatif.title') };
}

export default async function RunWhatIfPage({ params, searchParams }: Props) {
  const { t } = await getWords();
  const run = await shownRun((await params).id);
  if (!run) notFound();
  const search = new URLSearchParams(
    Object.entries(await searchParams).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );
  return (
    <>
      <Link
        href={`/runs/${run.id}`}
        className="-ml-1 mb-1.5 inline-flex items-center gap-0.5 rounded text-xs text-muted-foreground hover:text-foreground"
      >
        <ChevronLeft aria-hidden className="size-3.5" />
        {t('whatif.backToRun')}
      </Link>
      <PageHeader title={t('whatif.titleOf', { run: run.name })} subtitle={t('whatif.subtitleRun')} />
      {endedStates.includes(run.state) ? (
        <RunWhatIf key={run.id} id={run.id} search={search.toString()} />
      ) : (
        <EmptyState title={t('whatif.nothing')} text={t('whatif.notEnded')} />
      )}
    </>
  );
}
