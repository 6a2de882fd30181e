import { nameIn } from '@/lib/words/words';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { type Metadata } from 'next';
import { Link } from '@/app/_ui/link';
import { auditFacets, auditQuerySchema, listAudit, type AuditEntry } from '@/lib/store/audit';
import { getStore } from '@/lib/store/client';
import { MayNot } from '@/app/_ui/access/may-not';
import { getAccess } from '@/app/_ui/access/server';
import { Time } from '@/app/_ui/time';
import { Button } from '@/app/_ui/primitives/button';
import { Field, Input, Select, describedBy } from '@/app/_ui/primitives/field';
import { formatNumber } from '@/lib/words/format';
import { getWords } from '@/app/_ui/words/server';
import { Section } from '@/app/_features/settings/section';
import { Table } from '@/app/_ui/table';

/** Actions on runs that are still there. */
const leadsToRun = new Set(['run.start', 'run.stop', 'run.edit', 'run.import', 'run.restore']);

export const dynamic = 'force-dynamic';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getWords()).t('signin.tabs.audit') };
}

export default async function AuditPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  if (!(await getAccess()).mayAdmin) return <MayNot needed="admin" />;
  const { t, locale } = await getWords();
  // An address that somebody has written by hand shows the whole list rather than an error.
  const query = auditQuerySchema.safeParse(await searchParams).data ?? auditQuerySchema.parse({});
  const store = await getStore();
  const [{ entries, total }, { actors, actions }] = await Promise.all([
    listAudit(store, query),
    auditFacets(store),
  ]);
  const filtered = query.actor !== undefined || query.action !== undefined || query.q !== undefined;
  const href = (page: number): string => {
    const search = new URLSearchParams({ page: `${page}` });
    for (const name of ['actor', 'action', 'q'] as const)
      if (query[name] !== undefined) search.set(name, query[name]);
    return `/settings/audit?${search.toString()}`;
  };
  const choice = (
    name: 'actor' | 'action',
    label: string,
    options: readonly string[],
    words: 'audit.actors' | 'audit.actions',
  ) => (
    <Field id={`audit-${name}`} label={label}>
      <Select
        name={name}
        defaultValue={query[name] ?? ''}
        key={query[name]}
        {...describedBy(`audit-${name}`, undefined)}
      >
        <option value="">{t('common.all')}</option>
        {options.map((option) => (
          <option key={option} value={option}>
            {nameIn(t, words, option)}
          </option>
        ))}
      </Select>
    </Field>
  );
  return (
    <Section title={t('audit.title')} text={t('audit.text')}>
      <form
        action="/settings/audit"
        className="grid grid-cols-1 items-end gap-3 px-4 pb-4 sm:grid-cols-[1fr_1fr_2fr_auto] sm:px-5 sm:pb-5"
      >
        {choice('actor', t('audit.actor'), actors, 'audit.actors')}
        {choice('action', t('audit.action'), actions, 'audit.actions')}
        <Field id="audit-q" label={t('audit.search')}>
          <Input
            name="q"
            type="search"
            defaultValue={query.q ?? ''}
            key={query.q}
            {...describedBy('audit-q', undefined)}
          />
        </Field>
        <Button type="submit">{t('audit.filter')}</Button>
      </form>
      {entries.length === 0 ? (
        <p className="border-t px-4 py-10 text-center text-sm text-muted-foreground">
          {filtered ? t('audit.noMatch') : t('audit.empty')}
        </p>
      ) : (
        <Table
          stacked
          className="border-t"
          label={t('audit.title')}
          head={[t('audit.at'), t('audit.actor'), t('audit.action'), t('audit.target'), t('audit.detail')]}
        >
          {entries.map((entry) => (
            <tr key={entry.id} data-action={entry.action}>
              <td className="tabular">
                <Time unixMs={entry.atMs} />
              </td>
              <td className="max-w-48 truncate font-medium">{nameIn(t, 'audit.actors', entry.actor)}</td>
              <td title={entry.action}>{nameIn(t, 'audit.actions', entry.action)}</td>
              <td className="max-w-64 truncate" title={entry.target}>
                <Target entry={entry} />
              </td>
              <td className="max-w-96 truncate text-muted-foreground" title={detailOf(entry)}>
                {detailOf(entry)}
              </td>
            </tr>
          ))}
        </Table>
      )}
      {total > query.pageSize && (
        <nav
          aria-label={t('audit.title')}
          className="flex items-center justify-between gap-4 border-t p-4 text-sm text-muted-foreground sm:px-5"
        >
          <span className="tabular">
            {t('audit.pageOf', {
              from: (query.page - 1) * query.pageSize + 1,
              to: Math.min(query.page * query.pageSize, total),
              total: formatNumber(total, locale),
            })}
          </span>
          <span className="flex gap-2">
            {query.page > 1 && (
              <Button asChild size="sm">
                <Link href={href(query.page - 1)}>
                  <ChevronLeft />
                  {t('common.previous')}
                </Link>
              </Button>
            )}
            {query.page * query.pageSize < total && (
              <Button asChild size="sm">
                <Link href={href(query.page + 1)}>
                  {t('common.next')}
                  <ChevronRight />
                </Link>
              </Button>
            )}
          </span>
        </nav>
      )}
    </Section>
  );
}

/** What was done to: by its name where the entry has one, and a run leads to its page. */
function Target({ entry: { action, target, detail } }: { entry: AuditEntry }) {
  const name = typeof detail.name === 'string' && detail.name !== '' ? detail.name : null;
  const shown = name ?? <span className="font-mono text-[13px]">{target}</span>;
  if (!leadsToRun.has(action) || target.includes(' ')) return shown;
  return (
    <Link
      href={`/runs/${target}`}
      className="rounded underline decoration-border-strong underline-offset-4 hover:decoration-current"
    >
      {shown}
    </Link>
  );
}

function detailOf({ detail }: AuditEntry): string {
  return Object.entries(detail)
    .filter(([name]) => name !== 'name')
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' · ');
}
