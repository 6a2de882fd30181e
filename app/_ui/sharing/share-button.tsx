'use client';

import { Link2 } from 'lucide-react';
import { useState } from 'react';
import { type ShareKind } from '@/lib/model/share-link';
import { useAccess } from '@/app/_ui/access/provider';
import { Button } from '@/app/_ui/primitives/button';
import { Dialog, DialogContent } from '@/app/_ui/primitives/dialog';
import { useWords } from '@/app/_ui/words/provider';
import { ShareForm } from './share-form';

/** Opens the links of one run or of a comparison; for who may share. */
export function ShareButton({ kind, runs }: { kind: ShareKind; runs: readonly string[] }) {
  const t = useWords();
  const { mayRun } = useAccess();
  const [open, setOpen] = useState(false);
  if (!mayRun) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Link2 />
        {t('share.share')}
      </Button>
      <Dialog open={open} onOpenChange={setOpen}>
        <DialogContent
          title={kind === 'run' ? t('share.title') : t('share.titleComparison')}
          description={t('share.text')}
          className="max-w-xl"
        >
          <ShareForm kind={kind} runs={runs} />
        </DialogContent>
      </Dialog>
    </>
  );
}
