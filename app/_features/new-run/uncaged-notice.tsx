import { TriangleAlert } from 'lucide-react';
import { stateDirectory } from '@/lib/environment/paths';
import { findCage, whyUncaged } from '@/lib/loadgen/cage/find-cage';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { getWords } from '@/app/_ui/words/server';

/** What is to be known where k6 has no cage; nothing where it has one, or where there is no k6. */
export async function UncagedNotice({ mayRunUncaged }: { mayRunUncaged: boolean }) {
  const binary = await findK6({ stateDir: stateDirectory() }).catch(() => null);
  const cage = binary && (await findCage(binary.path));
  if (!cage || cage.kind !== null) return null;
  const { t } = await getWords();
  return (
    <div
      role="note"
      className="mb-5 flex gap-2.5 rounded-lg border border-warning/40 bg-warning-soft px-3.5 py-2.5 text-sm"
    >
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warning" />
      <div className="min-w-0 space-y-1">
        <p className="font-medium">{t('newRun.uncagedTitle')}</p>
        <p>
          {t('newRun.uncagedText')} {!mayRunUncaged && t('newRun.uncagedAdmins')}
        </p>
        <p className="text-xs break-words text-muted-foreground">
          {t('newRun.uncagedWhy', { why: whyUncaged(cage) })}
        </p>
      </div>
    </div>
  );
}
