import { ChartLine } from 'lucide-react';
import { type Metadata } from 'next';
import { Link } from '@/app/_ui/link';
import { trendOf } from '@/lib/comparing/trend';
import { trendQuerySchema, trendSchema } from '@/lib/model/trend';
import { shownAnswer } from '@/lib/masking/shown-answer';
import { getStore } from '@/lib/store/client';
import { getAccess } from '@/app/_ui/access/server';
import { EmptyState } from '@/app/_ui/empty-state';
import { PageHeader } from '@/app/_ui/page-header';
import { Button } from '@/app/_ui/primitives/button';
import { getWords } from '@/app/_ui/words/server';
import { TrendFilter } from '@/app/_features/trends/trend-filter';
import { TrendView } from '@/app/_features/trends/trend-view';

export const dynamic = 'force-dynamic';

export async function generateMetadata(): Promise<Metadata> {
  const { t } = await getWords();
  return { title: t('trend.title') };
}

export default async function TrendsPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { t } = await getWords();
  // What is not valid in the address counts as not given.
  const query = trendQuerySchema.safeParse(await searchParams).data ?? {};
  const store = await getStore();
  const trend = await shownAnswer(store, (await getAccess()).role, await trendOf(store, query), {
    schema: trendSchema,
  });
  const nothing = trend.pairs.length === 0;
  return (
    <>
      <PageHeader title={t('trend.title')} subtitle={t('trend.subtitle')} />
      {!nothing && (
        <TrendFilter pairs={trend.pairs} serviceName={trend.serviceName} scriptName={trend.scriptName} />
      )}
      {trend.runs.length > 0 ? (
        <TrendView key={`${trend.serviceName} ${trend.scriptName}`} runs={trend.runs} />
      ) : (
        <EmptyState
          icon={<ChartLine />}
          title={nothing ? t('trend.empty') : t('trend.noneOfPair')}
          text={nothing ? t('trend.emptyText') : t('trend.noneOfPairText')}
        >
          <Button asChild variant="primary">
            <Link href="/runs/new">{t('trend.newRun')}</Link>
          </Button>
        </EmptyState>
      )}
    </>
  );
}
