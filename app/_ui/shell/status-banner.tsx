'use client';

import { TriangleAlert } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useStatus } from '@/app/_ui/data/use-status';
import { useWords } from '@/app/_ui/words/provider';

/**
 * Says on every page while the dashboard does not answer, or its database cannot be written: nothing that is done now is
 * kept. Once it answers again, the page shows what it missed.
 */
export function StatusBanner() {
  const t = useWords();
  const router = useRouter();
  const { status, isGone } = useStatus(() => router.refresh());
  const said = isGone
    ? t('common.dashboardGone')
    : status && !status.database.writable
      ? t('common.databaseUnwritable', { reason: t(`common.databaseReasons.${status.database.why}`) })
      : null;
  if (said === null) return null;
  return (
    <p
      role="alert"
      className="flex items-center gap-2 border-t bg-danger-soft px-4 py-2 text-sm text-danger sm:px-6"
    >
      <TriangleAlert className="size-4 shrink-0" aria-hidden />
      {said}
    </p>
  );
}
