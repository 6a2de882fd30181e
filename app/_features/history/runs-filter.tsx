'use client';

import { Search, X } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState, useTransition } from 'react';
import { runStateSchema, type RunState } from '@/lib/model/run';
import { Button } from '@/app/_ui/primitives/button';
import { Input, Select } from '@/app/_ui/primitives/field';
import { Kbd } from '@/app/_ui/primitives/kbd';
import { useWords } from '@/app/_ui/words/provider';
import { DateFilter } from './date-filter';
import { runsHref } from './runs-href';
import { isFiltered, noFilter, type RunsQuery } from './runs-query';

/** The list's filter; what it holds is in the address. `/` moves the focus to its text. */
export function RunsFilter({
  query,
  services,
  scripts,
  tags,
}: {
  query: RunsQuery;
  services: string[];
  scripts: string[];
  tags: string[];
}) {
  const t = useWords();
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  const [q, setQ] = useState(query.q ?? '');
  const text = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const typing =
        event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
      if (event.key !== '/' || typing || event.metaKey || event.ctrlKey || event.altKey) return;
      event.preventDefault();
      text.current?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  // What was asked for and is still on its way: a quick second choice adds to it, and not to the page that it replaces.
  const asked = useRef(query);
  useEffect(() => {
    if (!pending) asked.current = query;
  }, [pending, query]);
  const go = (change: Partial<RunsQuery>): void => {
    clearTimeout(timer.current);
    const before = asked.current;
    asked.current = { ...before, q: q.trim() || undefined, ...change };
    startTransition(() =>
      router.replace(runsHref(before, { q: q.trim() || undefined, ...change }), { scroll: false }),
    );
  };
  const names: { key: 'service' | 'script' | 'tag'; label: string; any: string; values: string[] }[] = [
    { key: 'service', label: t('columns.service'), any: t('runs.anyService'), values: services },
    { key: 'script', label: t('columns.script'), any: t('runs.anyScript'), values: scripts },
    { key: 'tag', label: t('runs.tag'), any: t('history.anyTag'), values: tags },
  ];
  return (
    <div
      role="search"
      aria-label={t('history.filter')}
      aria-busy={pending}
      className="mb-4 flex flex-wrap items-center gap-2"
    >
      <div className="relative w-full sm:w-auto sm:max-w-sm sm:min-w-80 sm:flex-1">
        <Search
          aria-hidden
          className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted-foreground"
        />
        <Input
          ref={text}
          type="search"
          className="pr-9 pl-9"
          aria-label={t('runs.filterText')}
          placeholder={t('runs.filterText')}
          value={q}
          onChange={(event) => {
            const value = event.target.value;
            setQ(value);
            clearTimeout(timer.current);
            timer.current = setTimeout(() => go({ q: value.trim() || undefined }), 250);
          }}
        />
        {q === '' && (
          <span
            aria-hidden
            className="pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 max-sm:hidden"
          >
            <Kbd>/</Kbd>
          </span>
        )}
      </div>
      <Select
        className="w-[calc(50%-0.25rem)] sm:w-36"
        aria-label={t('columns.state')}
        value={query.state ?? ''}
        onChange={(event) => go({ state: (event.target.value || undefined) as RunState | undefined })}
      >
        <option value="">{t('runs.anyState')}</option>
        {runStateSchema.options.map((state) => (
          <option key={state} value={state}>
            {t(`states.${state}`)}
          </option>
        ))}
      </Select>
      {names.map(({ key, label, any, values }) => (
        <Select
          key={key}
          className="w-[calc(50%-0.25rem)] sm:w-40"
          aria-label={label}
          value={query[key] ?? ''}
          onChange={(event) => go({ [key]: event.target.value || undefined })}
        >
          <option value="">{any}</option>
          {(query[key] === undefined || values.includes(query[key]) ? values : [query[key], ...values]).map(
            (name) => (
              <option key={name}>{name}</option>
            ),
          )}
        </Select>
      ))}
      <DateFilter query={query} go={go} />
      {isFiltered(query) && (
        <Button
          variant="ghost"
          onClick={() => {
            setQ('');
            go(noFilter);
          }}
        >
          <X />
          {t('runs.clearFilter')}
        </Button>
      )}
    </div>
  );
}
