'use client';

import { Search, X } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState, useTransition } from 'react';
import { runStateSchema, type RunState } from '@/lib/timeline/run';
import { Button } from '../_components/ui/button';
import { Input, Select } from '../_components/ui/field';
import { useDictionary } from '../_i18n/provider';
import { runsHref } from './runs-href';
import { type RunsQuery } from './runs-query';

/** The list's filter; what it holds is in the address. */
export function RunsFilter({ query, services, scripts }: { query: RunsQuery; services: string[]; scripts: string[] }) {
  const t = useDictionary();
  const router = useRouter();
  const [pending, startTransition] = useTransition();
  const [q, setQ] = useState(query.q ?? '');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  const go = (change: Partial<RunsQuery>): void => startTransition(() => router.replace(runsHref(query, change), { scroll: false }));
  const filtered = query.q ?? query.state ?? query.service ?? query.script ?? query.tag;
  return (
    <div role="search" aria-busy={pending} className="mb-4 flex flex-wrap items-center gap-2">
      <div className="relative min-w-52 flex-1 sm:max-w-xs">
        <Search aria-hidden className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-muted-foreground" />
        <Input
          type="search"
          className="pl-9"
          aria-label={t.runs.filterText}
          placeholder={t.runs.filterText}
          value={q}
          onChange={(event) => {
            const value = event.target.value;
            setQ(value);
            clearTimeout(timer.current);
            timer.current = setTimeout(() => go({ q: value.trim() || undefined }), 250);
          }}
        />
      </div>
      <Select className="w-36" aria-label={t.columns.state} value={query.state ?? ''} onChange={(event) => go({ state: (event.target.value || undefined) as RunState | undefined })}>
        <option value="">{t.runs.anyState}</option>
        {runStateSchema.options.map((state) => (
          <option key={state} value={state}>
            {t.states[state]}
          </option>
        ))}
      </Select>
      <Select className="w-40" aria-label={t.columns.service} value={query.service ?? ''} onChange={(event) => go({ service: event.target.value || undefined })}>
        <option value="">{t.runs.anyService}</option>
        {services.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </Select>
      <Select className="w-40" aria-label={t.columns.script} value={query.script ?? ''} onChange={(event) => go({ script: event.target.value || undefined })}>
        <option value="">{t.runs.anyScript}</option>
        {scripts.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </Select>
      {filtered && (
        <Button
          variant="ghost"
          onClick={() => {
            setQ('');
            go({ q: undefined, state: undefined, service: undefined, script: undefined, tag: undefined });
          }}
        >
          <X />
          {t.runs.clearFilter}
        </Button>
      )}
    </div>
  );
}
