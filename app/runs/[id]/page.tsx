import { type Metadata } from 'next';
import { notFound } from 'next/navigation';
import { readRun } from '@/lib/runs/read';
import { getStore } from '@/lib/store/client';
import { findRun } from '@/lib/store/runs';
import { LiveRun } from './live-run';

export const dynamic = 'force-dynamic';

type Params = { params: Promise<{ id: string }> };

export async function generateMetadata({ params }: Params): Promise<Metadata> {
  const run = await findRun(await getStore(), (await params).id);
  return { title: run?.name ?? 'Scaletrace' };
}

export default async function RunPage({ params }: Params) {
  const page = await readRun(await getStore(), (await params).id);
  if (!page) notFound();
  return <LiveRun key={page.run.id} run={page.run} recording={page.recording} cursor={page.cursor} />;
}
