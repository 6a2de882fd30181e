'use client';

import { NotebookPen } from 'lucide-react';
import { useState } from 'react';
import { useAccess } from '@/app/_ui/access/provider';
import { useStore } from '@/app/_ui/charts/store';
import { LinkedText } from '@/app/_ui/linked-text';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Button } from '@/app/_ui/primitives/button';
import { describedBy, Field, Textarea } from '@/app/_ui/primitives/field';
import { api } from '@/app/_ui/data/api';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { useWords } from '@/app/_ui/words/provider';
import { type RunFeed } from './run-feed';

/** The notes on a run, edited where they stand. What was typed stays when it cannot be saved. */
export function RunNotes({ feed }: { feed: RunFeed }) {
  const t = useWords();
  const { mayRun } = useAccess();
  const readOnly = feed.source.readOnly || !mayRun;
  const { notes } = useStore(feed.run);
  const [draft, setDraft] = useState<string | null>(null);
  if (draft !== null)
    return <NotesEditor feed={feed} draft={draft} onDraft={setDraft} onClose={() => setDraft(null)} />;
  if (notes === '') {
    return readOnly ? null : (
      <Button size="sm" variant="ghost" className="mt-2 -ml-2.5 print:hidden" onClick={() => setDraft('')}>
        <NotebookPen />
        {t('history.notes.add')}
      </Button>
    );
  }
  return (
    <section
      aria-label={t('history.notes.title')}
      data-run-notes
      className="mt-3 flex items-start gap-3 rounded-lg border bg-card px-3.5 py-2.5"
    >
      <p
        className="max-h-64 min-w-0 flex-1 overflow-y-auto text-sm break-words whitespace-pre-wrap"
        tabIndex={0}
      >
        <LinkedText text={notes} />
      </p>
      {!readOnly && (
        <Button size="sm" variant="ghost" className="print:hidden" onClick={() => setDraft(notes)}>
          <NotebookPen />
          {t('history.notes.edit')}
        </Button>
      )}
    </section>
  );
}

function NotesEditor({
  feed,
  draft,
  onDraft,
  onClose,
}: {
  feed: RunFeed;
  draft: string;
  onDraft: (text: string) => void;
  onClose: () => void;
}) {
  const t = useWords();
  const { busy, problem, errorOf, attempt } = useAttempt();
  const error = errorOf('notes');
  const save = (): Promise<boolean> =>
    attempt(async () => {
      const edit = { params: { id: feed.run.get().id }, body: { notes: draft.trim() } };
      feed.run.set((await api('PATCH /api/runs/{id}', edit)).run);
      onClose();
    });
  return (
    <form
      className="mt-3 space-y-2.5 print:hidden"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Field id="run-notes" label={t('history.notes.title')} hint={t('history.notes.hint')} error={error}>
        <Textarea
          rows={Math.min(14, Math.max(4, draft.split('\n').length + 1))}
          autoFocus
          value={draft}
          onChange={(event) => onDraft(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save();
          }}
          {...describedBy('run-notes', error, true)}
        />
      </Field>
      {problem && !error && <ProblemNotice problem={problem} />}
      <div className="flex gap-2">
        <Button type="submit" size="sm" variant="primary" busy={busy}>
          {t('common.save')}
        </Button>
        <Button size="sm" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  );
}
