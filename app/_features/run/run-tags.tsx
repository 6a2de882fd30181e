'use client';

import { Plus, X } from 'lucide-react';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useAccess } from '@/app/_ui/access/provider';
import { useStore } from '@/app/_ui/charts/store';
import { Input } from '@/app/_ui/primitives/field';
import { toProblem, type ApiProblem } from '@/lib/api/api-problem';
import { api } from '@/app/_ui/data/api';
import { useAsked } from '@/app/_ui/data/use-asked';
import { useWords } from '@/app/_ui/words/provider';
import { splitTags } from '@/app/_ui/split-tags';
import { type RunFeed } from './run-feed';

const chip =
  'inline-flex h-6 max-w-56 items-center gap-1 rounded-md bg-muted px-2 text-xs text-muted-foreground';

/** The run's tags: each can be taken off, others added; those in use are offered. */
export function RunTags({
  feed,
  onProblem,
}: {
  feed: RunFeed;
  onProblem: (problem: ApiProblem | null) => void;
}) {
  const t = useWords();
  const { mayRun } = useAccess();
  const readOnly = feed.source.readOnly || !mayRun;
  const { id, tags } = useStore(feed.run);
  const [adding, setAdding] = useState(false);
  const save = async (next: string[]): Promise<boolean> => {
    onProblem(null);
    try {
      feed.run.set((await api('PATCH /api/runs/{id}', { params: { id }, body: { tags: next } })).run);
      return true;
    } catch (error) {
      onProblem(toProblem(error));
      return false;
    }
  };
  if (readOnly && tags.length === 0) return null;
  return (
    <div className="mt-2 flex flex-wrap items-center gap-1.5" data-run-tags>
      {tags.map((tag) => (
        <span key={tag} className={readOnly ? chip : `${chip} pr-1`}>
          <span className="truncate" title={tag}>
            {tag}
          </span>
          {!readOnly && (
            <button
              type="button"
              aria-label={t('history.removeTag', { tag })}
              className="grid size-6 place-items-center rounded hover:text-foreground print:hidden"
              onClick={() => void save(tags.filter((one) => one !== tag))}
            >
              <X aria-hidden className="size-3" />
            </button>
          )}
        </span>
      ))}
      {!readOnly &&
        (adding ? (
          <AddTags
            onClose={() => setAdding(false)}
            onAdd={async (added) => {
              if (await save([...new Set([...tags, ...added])])) setAdding(false);
            }}
          />
        ) : (
          <button
            type="button"
            className="inline-flex h-6 items-center gap-1 rounded-md border border-dashed border-border-strong px-2 text-xs text-muted-foreground hover:text-foreground print:hidden"
            onClick={() => setAdding(true)}
          >
            <Plus aria-hidden className="size-3" />
            {t('history.addTag')}
          </button>
        ))}
    </div>
  );
}

function AddTags({ onAdd, onClose }: { onAdd: (tags: string[]) => Promise<void>; onClose: () => void }) {
  const t = useWords();
  const [text, setText] = useState('');
  const known = useAsked((signal) => api('GET /api/runs/tags', { signal }), 'tags').data?.tags ?? [];
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const tags = splitTags(text);
    if (tags.length === 0) onClose();
    else void onAdd(tags);
  };
  return (
    <form onSubmit={submit} className="print:hidden">
      <Input
        ref={input}
        className="h-6 w-40 px-2 text-xs"
        aria-label={t('history.addTag')}
        placeholder={t('history.tagPlaceholder')}
        list="known-tags"
        autoComplete="off"
        maxLength={300}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose();
        }}
        onBlur={() => text.trim() === '' && onClose()}
      />
      <datalist id="known-tags">
        {known.map((tag) => (
          <option key={tag} value={tag} />
        ))}
      </datalist>
    </form>
  );
}
