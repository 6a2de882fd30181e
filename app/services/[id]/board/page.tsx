import { ChevronLeft } from 'lucide-react';
import { type Metadata } from 'next';
import { notFound } from 'next/navigation';
import { getStore } from '@/lib/store/client';
import { watchedSince } from '@/lib/store/boards';
import { findService } from '@/lib/store/services';
import { boardSpans } from '@/app/_features/board/spans';
import { BoardView } from '@/app/_features/board/board-view';
import { Link } from '@/app/_ui/link';
import { PageHeader } from '@/app/_ui/page-header';
import { getWords } from '@/app/_ui/words/server';

export const dynamic = 'force-dynamic';

interface Props {
  params: Promise<{ id: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { t } = await getWords();
  const service = await findService(await getStore(), (await params).id);
  return { title: service ? t('board.titleOf', { service: service.name }) : t('board.title') };
}

export default async function BoardPage({ params, searchParams }: Props) {
  const { t } = await getWords();
  const store = await getStore();
  const service = await findService(store, (await params).id);
  if (!service) notFound();
  const asked = (await searchParams).minutes;
  const minutes = boardSpans.find((span) => `${span}` === asked) ?? boardSpans[0];
  return (
    <>
      <Link
        href="/services"
        className="-ml-1 mb-1.5 inline-flex items-center gap-0.5 rounded text-xs text-muted-foreground hover:text-foreground"
      >
        <ChevronLeft aria-hidden className="size-3.5" />
        {t('services.title')}
      </Link>
      <PageHeader
        title={t('board.titleOf', { service: service.name })}
        subtitle={`${service.namespace}/${service.name} · ${service.host}`}
      />
      <BoardView
        key={minutes}
        service={service}
        minutes={minutes}
        watched={(await watchedSince(store, service.id)) !== null}
      />
    </>
  );
}
