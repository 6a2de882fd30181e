'use client';

import { useState, type FormEvent } from 'react';
import { ProblemNotice } from '../../../_components/problem-notice';
import { Button } from '../../../_components/ui/button';
import { Dialog, DialogContent } from '../../../_components/ui/dialog';
import { Field, Input, describedBy } from '../../../_components/ui/field';
import { toProblem, type ApiProblem } from '../../../_data/http';
import { editRun } from '../../../_data/runs';
import { useDictionary } from '../../../_i18n/provider';
import { type RunFeed } from './run-feed';

export function RenameDialog({ open, onOpenChange, feed }: { open: boolean; onOpenChange: (open: boolean) => void; feed: RunFeed }) {
  const t = useDictionary();
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const fieldError = problem?.errors.find(({ path }) => path === 'name')?.message;
  const save = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name') ?? '');
    try {
      feed.run.set(await editRun(feed.run.get().id, { name }));
      setProblem(null);
      onOpenChange(false);
    } catch (error) {
      setProblem(toProblem(error));
    }
  };
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent title={t.run.renameTitle}>
        <form onSubmit={save} className="mt-4 space-y-4">
          <Field id="run-name" label={t.common.name} error={fieldError}>
            <Input name="name" defaultValue={feed.run.get().name} maxLength={200} required autoFocus {...describedBy('run-name', fieldError)} />
          </Field>
          {problem && !fieldError && <ProblemNotice problem={problem} />}
          <div className="flex justify-end gap-2">
            <Button onClick={() => onOpenChange(false)}>{t.common.cancel}</Button>
            <Button type="submit" variant="primary">
              {t.common.save}
            </Button>
          </div>
        </form>
      </DialogContent>
    </Dialog>
  );
}
