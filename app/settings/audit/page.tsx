import { ChevronLeft, ChevronRight } from 'lucide-react';
import { type Metadata } from 'next';
import { Link } from '../../_components/link';
import { auditFacets, listAudit } from '@/lib/store/audit';
import { getStore } from '@/lib/store/client';
import { MayNot } from '../../_access/may-not';
import { getAccess } from '../../_access/server';
import { Time } from '../../_components/time';
import { Button } from '../../_components/ui/button';
import { Field, Input, Select, describedBy } from '../../_components/ui/field';
import { formatNumber } from '../../_i18n/format';
import { getDictionary } from '../../_i18n/server';
import { auditQuerySchema } from '../../api/audit/operations';
import { Section, SectionTable } from '../section';

export const dynamic = 'force-dynamic';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getDictionary()).t.signin.tabs.audit };
}

export default async function AuditPage({ searchParams }: { searchParams: Promise<Record<string, string | string[] | undefined>> }) {
  if (!(await getAccess()).mayAdmin) return <MayNot needed="admin" />;
  const { t, locale } = await getDictionary();
  // An address that somebody has written by hand shows the whole list rather than an error.
  const query = auditQuerySchema.safeParse(await searchParams).data ?? auditQuerySchema.parse({});
  const store = await getStore();
  const [{ entries, total }, { actors, actions }] = await Promise.all([listAudit(store, query), auditFacets(store)]);
  const filtered = query.actor !== undefined || query.action !== undefined || query.q !== undefined;
  const href = (page: number): string => {
    const search = new URLSearchParams({ page: `${page}` });
    for (const name of ['actor', 'action', 'q'] as const) if (query[name] !== undefined) search.set(name, query[name]);
    return `/settings/audit?${search.toString()}`;
  };
  const choice = (name: 'actor' | 'action', label: string, options: readonly string[]) => (
    <Field id={`audit-${name}`} label={label}>
      <Select name={name} defaultValue={query[name] ?? ''} key={query[name]} {...describedBy(`audit-${name}`, undefined)}>
        <option value="">{t.common.all}</option>
        {options.map((option) => (
          <option key={option} value={option}>
            {option === 'local' ? t.signin.audit.local : option}
          </option>
        ))}
      </Select>
    </Field>
  );
  return (
    <Section title={t.signin.audit.title} text={t.signin.audit.text}>
      <form action="/settings/audit" className="grid grid-cols-1 items-end gap-3 px-4 pb-4 sm:grid-cols-[1fr_1fr_2fr_auto] sm:px-5 sm:pb-5">
        {choice('actor', t.signin.audit.actor, actors)}
        {choice('action', t.signin.audit.action, actions)}
        <Field id="audit-q" label={t.signin.audit.search}>
          <Input name="q" type="search" defaultValue={query.q ?? ''} key={query.q} {...describedBy('audit-q', undefined)} />
        </Field>
        <Button type="submit">{t.signin.audit.filter}</Button>
      </form>
      {entries.length === 0 ? (
        <p className="border-t px-4 py-10 text-center text-sm text-muted-foreground">{filtered ? t.signin.audit.noMatch : t.signin.audit.empty}</p>
      ) : (
        <SectionTable label={t.signin.audit.title} head={[t.signin.audit.at, t.signin.audit.actor, t.signin.audit.action, t.signin.audit.target, t.signin.audit.detail]}>
          {entries.map((entry) => (
            <tr key={entry.id} data-action={entry.action}>
              <td className="tabular">
                <Time unixMs={entry.atMs} />
              </td>
              <td className="max-w-48 truncate font-medium">{entry.actor === 'local' ? t.signin.audit.local : entry.actor}</td>
              <td className="font-mono text-[13px]">{entry.action}</td>
              <td className="max-w-64 truncate font-mono text-[13px]" title={entry.target}>
                {entry.target}
              </td>
              <td className="max-w-96 truncate text-muted-foreground" title={wordsOf(entry.detail)}>
                {wordsOf(entry.detail)}
              </td>
            </tr>
          ))}
        </SectionTable>
      )}
      {total > query.pageSize && (
        <nav aria-label={t.signin.audit.title} className="flex items-center justify-between gap-4 border-t p-4 text-sm text-muted-foreground sm:px-5">
          <span className="tabular">{t.signin.audit.pageOf((query.page - 1) * query.pageSize + 1, Math.min(query.page * query.pageSize, total), formatNumber(total, locale))}</span>
          <span className="flex gap-2">
            {query.page > 1 && (
              <Button asChild size="sm">
                <Link href={href(query.page - 1)}>
                  <ChevronLeft />
                  {t.common.previous}
                </Link>
              </Button>
            )}
            {query.page * query.pageSize < total && (
              <Button asChild size="sm">
                <Link href={href(query.page + 1)}>
                  {t.common.next}
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

function wordsOf(detail: Record<string, unknown>): string {
  return Object.entries(detail).map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(' · ');
}
