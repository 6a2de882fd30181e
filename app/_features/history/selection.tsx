'use client';

import { createContext, use, useMemo, useState, type ReactNode } from 'react';
import { useWords } from '@/app/_ui/words/provider';

export interface Selection {
  ids: readonly string[];
  has: (id: string) => boolean;
  set: (ids: readonly string[], selected: boolean) => void;
  clear: () => void;
}

const SelectionContext = createContext<Selection>({
  ids: [],
  has: () => false,
  set: () => undefined,
  clear: () => undefined,
});

export function useSelection(): Selection {
  return use(SelectionContext);
}

/** Holds which runs are chosen, in the order in which they were: also over several pages of the list. */
export function SelectionProvider({ children }: { children: ReactNode }) {
  const [ids, setIds] = useState<readonly string[]>([]);
  const selection = useMemo((): Selection => {
    const chosen = new Set(ids);
    return {
      ids,
      has: (id) => chosen.has(id),
      set: (changed, selected) =>
        setIds((current) =>
          selected ? [...new Set([...current, ...changed])] : current.filter((id) => !changed.includes(id)),
        ),
      clear: () => setIds([]),
    };
  }, [ids]);
  return <SelectionContext value={selection}>{children}</SelectionContext>;
}

const box = 'size-4 cursor-pointer rounded border-border-strong accent-[var(--primary)]';

/** Chooses one run. */
export function SelectRun({ id, name }: { id: string; name: string }) {
  const t = useWords();
  const { has, set } = useSelection();
  return (
    // The row's link lies over the row: the label, a target large enough for a finger, lies over the link.
    <label className="relative z-10 grid size-8 cursor-pointer place-items-center">
      <input
        type="checkbox"
        className={box}
        aria-label={t('history.select', { name })}
        checked={has(id)}
        onChange={(event) => set([id], event.target.checked)}
      />
    </label>
  );
}

/** Chooses all runs of the page, or none of them. */
export function SelectPage({ ids }: { ids: readonly string[] }) {
  const t = useWords();
  const { has, set } = useSelection();
  const some = ids.some(has);
  const all = ids.length > 0 && ids.every(has);
  return (
    <label className="grid size-8 cursor-pointer place-items-center">
      <input
        type="checkbox"
        className={box}
        aria-label={t('history.selectPage')}
        checked={all}
        ref={(element) => {
          if (element) element.indeterminate = some && !all;
        }}
        onChange={() => set(ids, !all)}
      />
    </label>
  );
}
