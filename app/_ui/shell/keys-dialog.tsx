'use client';

import { useWords } from '@/app/_ui/words/provider';
import { Dialog, DialogContent } from '@/app/_ui/primitives/dialog';
import { Kbd } from '@/app/_ui/primitives/kbd';

/** The list of keys. */
export function KeysDialog({ onOpenChange }: { onOpenChange: (open: boolean) => void }) {
  const t = useWords();
  const rows: [string[], string][] = [
    [['⌘', 'K'], t('keys.palette')],
    [['?'], t('keys.help')],
    [['n'], t('keys.newRun')],
    [['/'], t('history.find')],
    [['g', 'r'], t('keys.goRuns')],
    [['g', 'd'], t('trend.goKey')],
    [['g', 's'], t('keys.goServices')],
    [['g', 'c'], t('history.scripts.goScripts')],
    [['g', 't'], t('keys.goSettings')],
    [['←', '→'], t('keys.crosshair')],
    [['[', ']'], t('keys.event')],
    [['0'], t('keys.resetZoom')],
    [['Esc'], t('keys.clear')],
  ];
  return (
    <Dialog open onOpenChange={onOpenChange}>
      <DialogContent title={t('keys.title')} className="max-w-md">
        <dl className="mt-4 space-y-2.5">
          {rows.map(([keys, words]) => (
            <div key={words} className="flex items-center justify-between gap-4 text-sm">
              <dt>{words}</dt>
              <dd className="flex gap-1">
                {keys.map((key) => (
                  <Kbd key={key}>{key}</Kbd>
                ))}
              </dd>
            </div>
          ))}
        </dl>
      </DialogContent>
    </Dialog>
  );
}
