import { ChevronLeft, ChevronRight, SearchX, Upload } from 'lucide-react';
import { Link } from './_ui/link';
import { shownAnswer } from '@/lib/masking/shown-answer';
import { shownFacets } from '@/lib/masking/shown-facets';
import { listJudgedRuns } from '@/lib/judging/judged-list';
import { getStore } from '@/lib/store/client';
import { getAccess } from './_ui/access/server';
import { AutoRefresh } from './_ui/auto-refresh';
import { EmptyState } from './_ui/empty-state';
import { PageHeader } from './_ui/page-header';
import { Button } from './_ui/primitives/button';
import { formatNumber } from '@/lib/words/format';
import { getWords } from './_ui/words/server';
import { FirstVisit } from './_features/history/first-visit';
import { RunsFilter } from './_features/history/runs-filter';
import { runsHref } from './_features/history/runs-href';
import { isFiltered, runsQuerySchema, toListQuery } from './_features/history/runs-query';
import { RunsTable } from './_features/history/runs-table';
import { SelectionProvider } from './_features/history/selection';
import { SelectionBar } from './_features/history/selection-bar';
import { VerdictFilter } from './_features/history/verdict-filter';

export const dynamic = 'force-dynamic';

const pageSize = 25;

export default async function RunsPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { t, locale } = await getWords();
  const query = runsQuerySchema.parse(await searchParams);
  const store = await getStore();
  const { role, mayRun } = await getAccess();
  const [{ runs, total, verdicts }, facets] = await Promise.all([
    listJudgedRuns(store, toListQuery(query, pageSize)).then((list) => shownAnswer(store, role, list)),
    shownFacets(store, role),
  ]);
  const underWay = runs.some((run) => run.endedAtMs === null) || (query.verdict && verdicts.unjudged > 0);
  const lastPage = Math.max(1, Math.ceil(total / pageSize));

  const importLink = mayRun && (
    <Button asChild>
      <Link href="/import">
        <Upload />
        {t('exports.import.nav')}
      </Link>
    </Button>
  );

  if (total === 0 && !isFiltered(query)) {
    return (
      <>
        <PageHeader title={t('runs.title')} subtitle={t('runs.subtitle')} actions={importLink} />
        <FirstVisit mayRun={mayRun} />
        <AutoRefresh everyMs={5000} />
      </>
    );
  }

  return (
    <SelectionProvider>
      <PageHeader title={t('runs.title')} subtitle={t('runs.subtitle')} actions={importLink} />
      <RunsFilter query={query} {...facets} />
      <VerdictFilter query={query} counts={verdicts} />
      {runs.length === 0 ? (
        <EmptyState icon={<SearchX />} title={t('runs.noMatch')} text={t('history.noMatchText')}>
          <Button asChild>
            <Link href="/">{t('runs.clearFilter')}</Link>
          </Button>
        </EmptyState>
      ) : (
        <RunsTable runs={runs} query={query} />
      )}
      {total > pageSize && (
        <nav
          aria-label={t('history.pages')}
          className="mt-4 flex items-center justify-between gap-4 text-sm text-muted-foreground"
        >
          <span className="tabular">
            {t('runs.pageOf', {
              from: (query.page - 1) * pageSize + 1,
              to: Math.min(query.page * pageSize, total),
              total: formatNumber(total, locale),
            })}
          </span>
          <span className="flex gap-2">
            {query.page > 1 && (
              <Button asChild size="sm">
                <Link href={runsHref(query, { page: Math.min(query.page - 1, lastPage) })}>
                  <ChevronLeft />
                  {t('common.previous')}
                </Link>
              </Button>
            )}
            {query.page < lastPage && (
              <Button asChild size="sm">
                <Link href={runsHref(query, { page: query.page + 1 })}>
                  {t('common.next')}
                  <ChevronRight />
                </Link>
              </Button>
            )}
          </span>
        </nav>
      )}
      <SelectionBar tags={facets.tags} />
      <AutoRefresh everyMs={underWay ? 2000 : 15_000} />
    </SelectionProvider>
  );
}
