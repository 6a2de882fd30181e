'use client';

import { useRouter } from 'next/navigation';
import { useState, type FormEvent } from 'react';
import { ProblemNotice } from '../../../_components/problem-notice';
import { Button } from '../../../_components/ui/button';
import { Dialog, DialogContent } from '../../../_components/ui/dialog';
import { Field, Input, describedBy } from '../../../_components/ui/field';
import { toProblem, type ApiProblem } from '../../../_data/http';
import { deleteRun, editRun } from '../../../_data/runs';
import { useDictionary } from '../../../_i18n/provider';
import { type RunFeed } from './run-feed';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function RenameDialog({ open, onOpenChange, feed }: Props & { feed: RunFeed }) {
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

export function DeleteDialog({ open, onOpenChange, runId }: Props & { runId: string }) {
  const t = useDictionary();
  const router = useRouter();
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const remove = async (): Promise<void> => {
    try {
      await deleteRun(runId);
      router.push('/');
      router.refresh();
    } catch (error) {
      setProblem(toProblem(error));
    }
  };
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent title={t.run.deleteTitle} description={t.run.deleteText}>
        {problem && <ProblemNotice problem={problem} className="mt-4" />}
        <div className="mt-5 flex justify-end gap-2">
          <Button onClick={() => onOpenChange(false)}>{t.common.cancel}</Button>
          <Button variant="solidDanger" onClick={remove}>
            {t.common.delete}
          </Button>
        </div>
      </DialogContent>
    </Dialog>
  );
}
