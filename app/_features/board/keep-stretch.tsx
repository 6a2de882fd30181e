'use client';

import { Scissors } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState, type FormEvent } from 'react';
import { type Service } from '@/lib/model/run';
import { useClock } from '@/app/_ui/charts/clock';
import { wholeRange, type ChartModel } from '@/app/_ui/charts/model';
import { useStore, type Store } from '@/app/_ui/charts/store';
import { type ChartView } from '@/app/_ui/charts/view';
import { api } from '@/app/_ui/data/api';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { Button } from '@/app/_ui/primitives/button';
import { Dialog, DialogClose, DialogContent } from '@/app/_ui/primitives/dialog';
import { describedBy, Field, Input } from '@/app/_ui/primitives/field';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { useWords } from '@/app/_ui/words/provider';

/** Keeps what is shown of a board as a run: to share, export, compare and put into What if. */
export function KeepStretch({
  service,
  model: store,
  view,
}: {
  service: Service;
  model: Store<ChartModel>;
  view: ChartView;
}) {
  const t = useWords();
  const router = useRouter();
  const model = useStore(store);
  const range = useStore(view.range);
  const clock = useClock(view, model.run);
  const { busy, problem, attempt, errorOf } = useAttempt();
  // What was shown when it was asked for: the board goes on behind the dialog.
  const [asked, setAsked] = useState<{ fromUnixMs: number; toUnixMs: number; words: string } | null>(null);
  const [name, setName] = useState('');

  const open = (): void => {
    const { fromMs, toMs } = range ?? wholeRange(model);
    const words = `${clock.tell(fromMs)} – ${clock.tell(toMs)}`;
    const originMs = model.run.originMs ?? 0;
    setAsked({ fromUnixMs: Math.round(originMs + fromMs), toUnixMs: Math.round(originMs + toMs), words });
    setName(t('board.keepName', { service: service.name, stretch: words }));
  };
  const keep = (event: FormEvent): void => {
    event.preventDefault();
    if (!asked) return;
    const { words: _words, ...stretch } = asked;
    void attempt(async () => {
      const { run } = await api('POST /api/services/{id}/board/runs', {
        params: { id: service.id },
        body: { ...stretch, ...(name.trim() === '' ? {} : { name }) },
      });
      router.push(`/runs/${run.id}`);
    });
  };
  return (
    <>
      <Button onClick={open} title={t('board.keepHint')}>
        <Scissors />
        {t('board.keep')}
      </Button>
      <Dialog open={asked !== null} onOpenChange={(isOpen) => !isOpen && setAsked(null)}>
        <DialogContent
          title={t('board.keepTitle', { stretch: asked?.words ?? '' })}
          description={t('board.keepText')}
        >
          <form onSubmit={keep} className="mt-4 space-y-4">
            <Field id="stretch-name" label={t('board.name')} error={errorOf('name')}>
              <Input
                value={name}
                maxLength={200}
                onChange={(event) => setName(event.target.value)}
                {...describedBy('stretch-name', errorOf('name'))}
              />
            </Field>
            {problem && <ProblemNotice problem={problem} />}
            <div className="flex justify-end gap-2">
              <DialogClose asChild>
                <Button>{t('common.cancel')}</Button>
              </DialogClose>
              <Button type="submit" variant="primary" busy={busy}>
                {t('board.keep')}
              </Button>
            </div>
          </form>
        </DialogContent>
      </Dialog>
    </>
  );
}
