'use client';

import { useRouter } from 'next/navigation';
import { useToast } from './toasts';
import { problemWords } from './problem-notice';
import { toProblem } from '@/lib/api/api-problem';
import { api } from '@/app/_ui/data/api';
import { useWords } from './words/provider';

/** Deletes runs and offers to take it back. `onRestored` is called once they are there again. Throws ApiProblem. */
export function useDeleteRuns(): (ids: readonly string[], onRestored?: () => void) => Promise<string[]> {
  const t = useWords();
  const router = useRouter();
  const toast = useToast();
  return async (ids, onRestored) => {
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
    return deleted;
  };
}
