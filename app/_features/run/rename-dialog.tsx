'use client';

import { type FormEvent } from 'react';
import { formText } from '@/app/_ui/form-text';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Button } from '@/app/_ui/primitives/button';
import { Dialog, DialogContent } from '@/app/_ui/primitives/dialog';
import { Field, Input, describedBy } from '@/app/_ui/primitives/field';
import { api } from '@/app/_ui/data/api';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { useWords } from '@/app/_ui/words/provider';
import { type RunFeed } from './run-feed';

export function RenameDialog({
  open,
  onOpenChange,
  feed,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  feed: RunFeed;
}) {
  const t = useWords();
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent title={t('run.renameTitle')}>
        <RenameForm feed={feed} onDone={() => onOpenChange(false)} />
      </DialogContent>
    </Dialog>
  );
}

function RenameForm({ feed, onDone }: { feed: RunFeed; onDone: () => void }) {
  const t = useWords();
  const { busy, problem, errorOf, attempt } = useAttempt();
  const fieldError = errorOf('name');
  const save = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const name = formText(new FormData(event.currentTarget), 'name');
    void attempt(async () => {
      const params = { id: feed.run.get().id };
      feed.run.set((await api('PATCH /api/runs/{id}', { params, body: { name } })).run);
      onDone();
    });
  };
  return (
    <form onSubmit={save} className="mt-4 space-y-4">
      <Field id="run-name" label={t('common.name')} error={fieldError}>
        <Input
          name="name"
          defaultValue={feed.run.get().name}
          maxLength={200}
          required
          autoFocus
          {...describedBy('run-name', fieldError)}
        />
      </Field>
      {problem && !fieldError && <ProblemNotice problem={problem} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>{t('common.cancel')}</Button>
        <Button type="submit" variant="primary" busy={busy}>
          {t('common.save')}
        </Button>
      </div>
    </form>
  );
}
