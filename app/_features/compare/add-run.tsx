'use client';

import { Command } from 'cmdk';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { mostRuns } from '@/lib/comparing/comparison';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { RunBadge } from '@/app/_ui/verdict/run-badge';
import { type RunListItem } from '@/lib/model/run';
import { Time } from '@/app/_ui/time';
import { Button } from '@/app/_ui/primitives/button';
import { Dialog, DialogContent, DialogTrigger } from '@/app/_ui/primitives/dialog';
import { api } from '@/app/_ui/data/api';
import { useAsked } from '@/app/_ui/data/use-asked';
import { useWords } from '@/app/_ui/words/provider';

/** The button that adds a run, with the search behind it. */
export function AddRun({
  chosen,
  onAdd,
  primary = false,
}: {
  chosen: readonly string[];
  onAdd: (id: string) => void;
  primary?: boolean;
}) {
  const t = useWords();
  const [open, setOpen] = useState(false);
  const full = chosen.length >= mostRuns;
  return (
    <Dialog open={open} onOpenChange={setOpen}>
      <DialogTrigger asChild>
        <Button
          variant={primary ? 'primary' : 'secondary'}
          disabled={full}
          title={full ? t('compare.pick.full') : undefined}
        >
          <Plus />
          {t('compare.pick.add')}
        </Button>
      </DialogTrigger>
      <DialogContent title={t('compare.pick.add')} className="max-w-xl">
        <RunSearch
          chosen={chosen}
          onPick={(id) => {
            setOpen(false);
            onAdd(id);
          }}
        />
      </DialogContent>
    </Dialog>
  );
}

const waitMs = 200;
/** So many of the newest runs are looked through for those that offer themselves. */
const offeredFrom = 100;

/** The newest run of each service and script that is not chosen yet: those of what is chosen already first. */
function oneOfEach(runs: readonly RunListItem[], chosen: readonly string[]): RunListItem[] {
  const pairOf = ({ namespace, serviceName, scriptName }: RunListItem): string =>
    JSON.stringify([namespace, serviceName, scriptName]);
  const same = new Set(runs.filter(({ id }) => chosen.includes(id)).map(pairOf));
  const offered = new Map<string, RunListItem>();
  for (const run of runs)
    if (!chosen.includes(run.id) && !offered.has(pairOf(run))) offered.set(pairOf(run), run);
  return [...offered.values()].sort((a, b) => Number(same.has(pairOf(b))) - Number(same.has(pairOf(a))));
}

/** Finds a run by its words and picks it; before a word is given, one run of each service and script offers itself. */
function RunSearch({ chosen, onPick }: { chosen: readonly string[]; onPick: (id: string) => void }) {
  const t = useWords();
  const [text, setText] = useState('');
  const { data, problem } = useAsked(
    (signal) =>
      api('GET /api/runs', { query: { q: text, pageSize: text === '' ? offeredFrom : 20 }, signal }),
    text,
    { waitMs: text === '' ? 0 : waitMs },
  );
  const found = data && (text === '' ? oneOfEach(data.runs, chosen) : data.runs);
  return (
    <Command label={t('compare.pick.add')} shouldFilter={false} loop className="mt-3">
      <Command.Input
        autoFocus
        value={text}
        onValueChange={setText}
        placeholder={t('compare.pick.search')}
        className="h-9 w-full rounded-lg border border-border-strong bg-card px-3 text-sm placeholder:text-muted-foreground"
      />
      {problem && <ProblemNotice problem={problem} className="mt-3" />}
      <Command.List className="mt-2 max-h-[min(24rem,50vh)] overflow-y-auto">
        {found?.length === 0 && (
          <p className="px-3 py-8 text-center text-sm text-muted-foreground">{t('compare.pick.none')}</p>
        )}
        {found?.map((run) => {
          const already = chosen.includes(run.id);
          return (
            <Command.Item
              key={run.id}
              value={run.id}
              disabled={already}
              onSelect={() => onPick(run.id)}
              className="flex cursor-pointer items-center gap-3 rounded-md px-2.5 py-2 text-sm data-[disabled=true]:opacity-60 data-[selected=true]:bg-muted"
            >
              <RunBadge state={run.state} verdict={run.verdict} />
              <span className="min-w-0 flex-1">
                <span className="block truncate font-medium">{run.name}</span>
                <span className="block truncate text-xs text-muted-foreground">
                  {run.scriptName} · {run.serviceName} · <Time unixMs={run.originMs ?? run.createdAtMs} ago />
                </span>
              </span>
              {already && <span className="text-xs text-muted-foreground">{t('compare.pick.already')}</span>}
            </Command.Item>
          );
        })}
      </Command.List>
    </Command>
  );
}
