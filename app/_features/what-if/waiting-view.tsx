'use client';

import { Skeleton } from '@/app/_ui/primitives/skeleton';
import { useWords } from '@/app/_ui/words/provider';

/** The place of a what-if until its first replay is there. */
export function WaitingView() {
  const t = useWords();
  return (
    <div
      role="status"
      aria-label={t('whatif.replaying')}
      className="grid grid-cols-1 gap-4 lg:grid-cols-[300px_minmax(0,1fr)]"
    >
      <Skeleton className="h-[480px] w-full rounded-xl" />
      <div className="space-y-4">
        <Skeleton className="h-24 w-full rounded-xl" />
        <Skeleton className="h-[440px] w-full rounded-xl" />
      </div>
    </div>
  );
}
