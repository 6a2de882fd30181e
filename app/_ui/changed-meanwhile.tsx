'use client';

import { TriangleAlert } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button } from '@/app/_ui/primitives/button';
import { useWords } from '@/app/_ui/words/provider';

/** A field in which what is set now is not what was entered. */
export interface ChangedField {
  label: string;
  now: string;
  yours: string;
}

/** Told instead of a change that somebody else has come before: how the two differ, and either is a click away. */
export function ChangedMeanwhile({
  fields,
  isRemoved,
  isRemoving,
  busy,
  onLoad,
  onReplace,
}: {
  fields: readonly ChangedField[];
  /** The other has removed it. */
  isRemoved: boolean;
  /** This one was to be removed, not set. */
  isRemoving: boolean;
  busy: boolean;
  onLoad: () => void;
  onReplace: () => void;
}) {
  const t = useWords();
  const notice = useRef<HTMLDivElement>(null);
  // It is taller than what is left of a dialog, and its buttons are what to do.
  useEffect(() => {
    // What newer browsers return of it is no clean-up.
    void notice.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div
      ref={notice}
      role="alert"
      className="flex gap-2.5 rounded-lg border border-warning/40 bg-warning-soft px-3.5 py-3 text-sm"
    >
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
      <div className="min-w-0 flex-1">
        <p className="font-medium">
          {isRemoved ? t('changedMeanwhile.removed') : t('changedMeanwhile.title')}
        </p>
        <p className="mt-0.5">{t('changedMeanwhile.text')}</p>
        {!isRemoving && fields.length > 0 && (
          <table className="mt-2 w-full text-left">
            <thead className="text-xs text-muted-foreground">
              <tr className="grid grid-cols-2 sm:table-row">
                <th className="max-sm:hidden" />
                <th className="py-1 pr-3 font-medium">{t('changedMeanwhile.now')}</th>
                <th className="py-1 font-medium">{t('changedMeanwhile.yours')}</th>
              </tr>
            </thead>
            <tbody>
              {fields.map(({ label, now, yours }) => (
                <tr
                  key={label}
                  className="grid grid-cols-2 border-t border-warning/30 align-top sm:table-row"
                >
                  <th scope="row" className="col-span-2 pt-1 pr-3 font-normal text-muted-foreground sm:pb-1">
                    {label}
                  </th>
                  <td className="py-1 pr-3 wrap-anywhere">{now}</td>
                  <td className="py-1 wrap-anywhere">{yours}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <div className="mt-3 flex flex-wrap gap-2">
          <Button size="sm" busy={busy} onClick={onLoad}>
            {isRemoved ? t('changedMeanwhile.loadNone') : t('changedMeanwhile.load')}
          </Button>
          {!(isRemoved && isRemoving) && (
            <Button size="sm" variant={isRemoving ? 'danger' : 'secondary'} busy={busy} onClick={onReplace}>
              {isRemoving ? t('changedMeanwhile.remove') : t('changedMeanwhile.replace')}
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}
