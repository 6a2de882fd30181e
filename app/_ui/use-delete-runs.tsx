'use client';

import { useRouter } from 'next/navigation';
import { useState, type ReactNode } from 'react';
import { useToast } from './toasts';
import { problemWords } from './problem-notice';
import { toProblem } from '@/lib/api/api-problem';
import { api } from '@/app/_ui/data/api';
import { type HeldAgainst } from '@/lib/model/trend';
import { Button } from './primitives/button';
import { Dialog, DialogContent } from './primitives/dialog';
import { useWords } from './words/provider';

/** An address of more ids is longer than some proxies take. */
const mostAskedAtOnce = 100;

interface DeletingRuns {
  /**
   * Deletes runs and offers to take it back; asks before where others are held against one of them. False: it was not
   * wanted then. `onRestored` is called once they are there again. Throws ApiProblem.
   */
  deleteRuns: (ids: readonly string[], onRestored?: () => void) => Promise<boolean>;
  /** The question, to be shown where it is asked. */
  question: ReactNode;
}

export function useDeleteRuns(): DeletingRuns {
  const t = useWords();
  const router = useRouter();
  const toast = useToast();
  const [asking, setAsking] = useState<{
    baselines: readonly HeldAgainst[];
    answer: (wanted: boolean) => void;
  } | null>(null);
  const isWanted = async (ids: readonly string[]): Promise<boolean> => {
    const baselines: HeldAgainst[] = [];
    for (let from = 0; from < ids.length; from += mostAskedAtOnce) {
      const some = ids.slice(from, from + mostAskedAtOnce);
      baselines.push(...(await api('GET /api/runs/baselines', { query: { ids: some.join(',') } })).baselines);
    }
    if (baselines.length === 0) return true;
    const wanted = await new Promise<boolean>((answer) => setAsking({ baselines, answer }));
    setAsking(null);
    return wanted;
  };
  const deleteRuns: DeletingRuns['deleteRuns'] = async (ids, onRestored) => {
    if (!(await isWanted(ids))) return false;
    const { ids: deleted } = await api('POST /api/runs/delete', { body: { ids: [...ids] } });
    const left = ids.length - deleted.length;
    const text = [
      deleted.length > 0 ? t('history.deleted', { n: deleted.length }) : null,
      left > 0 ? t('history.notDeleted', { n: left }) : null,
    ]
      .filter((part) => part !== null)
      .join(' ');
    const undo = async (): Promise<void> => {
      try {
        const { ids: restored } = await api('POST /api/runs/restore', { body: { ids: deleted } });
        toast({
          text:
            restored.length > 0 ? t('history.restored', { n: restored.length }) : t('history.notRestored'),
        });
        router.refresh();
        onRestored?.();
      } catch (error) {
        toast({ text: problemWords(toProblem(error), t) });
      }
    };
    toast({ text, ...(deleted.length > 0 ? { action: { label: t('history.undo'), run: undo } } : {}) });
    return true;
  };
  const question = asking && (
    <Dialog open onOpenChange={() => asking.answer(false)}>
      <DialogContent
        title={t('history.deleteBaseline.title', { n: asking.baselines.length })}
        description={t('history.deleteBaseline.text')}
      >
        <ul className="mt-3 list-disc space-y-1 pl-5 text-sm wrap-anywhere">
          {asking.baselines.map(({ runId, name, runs }) => (
            <li key={runId}>{t('history.deleteBaseline.held', { name, n: runs })}</li>
          ))}
        </ul>
        <div className="mt-5 flex justify-end gap-2">
          <Button onClick={() => asking.answer(false)}>{t('common.cancel')}</Button>
          <Button variant="solidDanger" onClick={() => asking.answer(true)}>
            {t('common.delete')}
          </Button>
        </div>
      </DialogContent>
    </Dialog>
  );
  return { deleteRuns, question };
}
