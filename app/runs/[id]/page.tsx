import { type Metadata } from 'next';
import { notFound } from 'next/navigation';
import { shownTo } from '@/lib/masking/shown-to';
import { getStore } from '@/lib/store/client';
import { findJudgedRun } from '@/lib/judging/judge-run';
import { getAccess } from '@/app/_ui/access/server';
import { RunView } from '@/app/_features/run/run-view';

export const dynamic = 'force-dynamic';

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const run = await findJudgedRun(await getStore(), (await params).id);
  return run ? { title: shownTo((await getAccess()).role, run).run.name } : {};
}

export default async function RunPage({ params, searchParams }: Props) {
  const run = await findJudgedRun(await getStore(), (await params).id);
  if (!run) notFound();
  const { role } = await getAccess();
  const search = new URLSearchParams(
    Object.entries(await searchParams).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );
  return (
    <>
      {/* The page asks for it once its scripts run: it is on its way before they are here. What react-dom's preload() says below the layout is written for scripts alone. */}
      <link rel="preload" as="fetch" crossOrigin="anonymous" href={`/api/runs/${run.id}/overview`} />
      <RunView key={run.id} run={shownTo(role, run).run} search={search.toString()} />
    </>
  );
}
