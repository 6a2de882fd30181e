'use client';

import { GitCompareArrows, Tag, Trash2, X } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState, type FormEvent } from 'react';
import { useAccess } from '@/app/_ui/access/provider';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { useToast } from '@/app/_ui/toasts';
import { Button } from '@/app/_ui/primitives/button';
import { Dialog, DialogContent } from '@/app/_ui/primitives/dialog';
import { describedBy, Field, Input } from '@/app/_ui/primitives/field';
import { api } from '@/app/_ui/data/api';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { useWords } from '@/app/_ui/words/provider';
import { splitTags } from '@/app/_ui/split-tags';
import { useDeleteRuns } from '@/app/_ui/use-delete-runs';
import { useSelection } from './selection';

/** How many runs one comparison can hold. */
const comparable = { least: 2, most: 6 };

/** What can be done with the chosen runs: compare, tag, delete. */
export function SelectionBar({ tags }: { tags: readonly string[] }) {
  const t = useWords();
  const router = useRouter();
  const { ids, clear } = useSelection();
  const { deleteRuns, question } = useDeleteRuns();
  const { mayRun } = useAccess();
  const [tagging, setTagging] = useState(false);
  const { busy, problem, attempt } = useAttempt();
  if (ids.length === 0) return null;
  const canCompare = ids.length >= comparable.least && ids.length <= comparable.most;
  const remove = (): Promise<boolean> =>
    attempt(async () => {
      if (!(await deleteRuns(ids))) return;
      clear();
      router.refresh();
    });
  return (
    <>
      <div aria-hidden className="h-20" />
      <section
        aria-label={t('history.selection')}
        className="fixed inset-x-3 bottom-4 z-40 mx-auto w-fit max-w-[calc(100vw-1.5rem)] animate-[pop-in_140ms_ease-out] rounded-xl border border-border-strong bg-popover p-2 shadow-2xl"
      >
        {problem && <ProblemNotice problem={problem} className="mb-2" />}
        <div className="flex flex-wrap items-center justify-center gap-2">
          <span role="status" className="tabular px-2 text-sm font-medium">
            {t('history.selected', { n: ids.length })}
          </span>
          <Button
            size="sm"
            variant="primary"
            disabled={!canCompare}
            title={canCompare ? undefined : t('history.compareHint')}
            onClick={() => router.push(`/compare?runs=${ids.join(',')}`)}
          >
            <GitCompareArrows />
            {t('history.compare')}
          </Button>
          {mayRun && (
            <>
              <Button size="sm" onClick={() => setTagging(true)}>
                <Tag />
                {t('history.tagRuns')}
              </Button>
              <Button size="sm" variant="danger" busy={busy} onClick={() => void remove()}>
                <Trash2 />
                {t('common.delete')}
              </Button>
            </>
          )}
          <Button
            size="iconSm"
            variant="ghost"
            aria-label={t('history.clearSelection')}
            title={t('history.clearSelection')}
            onClick={clear}
          >
            <X />
          </Button>
        </div>
        {!canCompare && (
          <p className="mt-1 px-2 text-center text-xs text-muted-foreground">{t('history.compareHint')}</p>
        )}
      </section>
      {question}
      <TagDialog open={tagging} onOpenChange={setTagging} ids={ids} tags={tags} />
    </>
  );
}

function TagDialog({
  open,
  onOpenChange,
  ids,
  tags,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  ids: readonly string[];
  tags: readonly string[];
}) {
  const t = useWords();
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent title={t('history.tagTitle', { n: ids.length })}>
        <TagForm ids={ids} tags={tags} onDone={() => onOpenChange(false)} />
      </DialogContent>
    </Dialog>
  );
}

function TagForm({
  ids,
  tags,
  onDone,
}: {
  ids: readonly string[];
  tags: readonly string[];
  onDone: () => void;
}) {
  const t = useWords();
  const router = useRouter();
  const toast = useToast();
  const [add, setAdd] = useState('');
  const [remove, setRemove] = useState('');
  const { busy, problem, errorOf, attempt } = useAttempt();
  const save = (event: FormEvent): void => {
    event.preventDefault();
    void attempt(async () => {
      await api('POST /api/runs/tags', {
        body: { ids: [...ids], add: splitTags(add), remove: splitTags(remove) },
      });
      toast({ text: t('history.tagged', { n: ids.length }) });
      router.refresh();
      onDone();
    });
  };
  const field = (
    id: string,
    label: string,
    value: string,
    change: (value: string) => void,
    error: string | undefined,
  ) => (
    <Field id={id} label={label} hint={t('newRun.tagsHint')} error={error}>
      <Input
        value={value}
        list="tags-in-use"
        autoComplete="off"
        onChange={(event) => change(event.target.value)}
        {...describedBy(id, error, true)}
      />
    </Field>
  );
  return (
    <form onSubmit={save} noValidate className="mt-4 space-y-4">
      {field('tags-add', t('history.tagsAdd'), add, setAdd, errorOf('add'))}
      {field('tags-remove', t('history.tagsRemove'), remove, setRemove, errorOf('remove'))}
      <datalist id="tags-in-use">
        {tags.map((tag) => (
          <option key={tag} value={tag} />
        ))}
      </datalist>
      {problem && <ProblemNotice problem={problem} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>{t('common.cancel')}</Button>
        <Button
          type="submit"
          variant="primary"
          busy={busy}
          disabled={splitTags(add).length + splitTags(remove).length === 0}
        >
          {t('common.save')}
        </Button>
      </div>
    </form>
  );
}
