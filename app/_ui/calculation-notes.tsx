'use client';

import { EyeOff } from 'lucide-react';
import { assumptionsOf, type RunAutoscaling, unreadOf } from '@/lib/model/run';
import { useWords } from './words/provider';
import { useSay } from './words/use-say';

/** What the calculation takes for true without being told. */
export function Assumptions({ autoscaling }: { autoscaling: RunAutoscaling | null }) {
  const t = useWords();
  const say = useSay();
  if (autoscaling === null || autoscaling.assumptions.length === 0) return null;
  return (
    <details className="group text-xs text-muted-foreground">
      <summary className="cursor-pointer list-none rounded underline decoration-border-strong underline-offset-4 hover:text-foreground">
        {t('review.story.assumed', { n: autoscaling.assumptions.length })}
      </summary>
      <ul className="mt-1.5 max-w-3xl list-disc space-y-1 pl-4 leading-relaxed">
        {assumptionsOf(autoscaling).map((assumption) => (
          <li key={assumption.known}>{say(assumption)}</li>
        ))}
      </ul>
    </details>
  );
}

/** What the cluster does not say, each by its name and with the right that is missing. */
export function NotSaid({ autoscaling }: { autoscaling: RunAutoscaling | null }) {
  const t = useWords();
  const say = useSay();
  const unread = unreadOf(autoscaling);
  if (unread.length === 0) return null;
  return (
    <details data-unread className="group mt-2 max-w-4xl rounded-lg border bg-muted/50 px-3 py-2 text-xs">
      <summary className="flex cursor-pointer list-none items-center gap-2 rounded">
        <EyeOff aria-hidden className="size-3.5 shrink-0 text-warning" />
        {t('review.story.unread', { n: unread.length })}
      </summary>
      <ul className="mt-1.5 list-disc space-y-1 pl-9 leading-relaxed text-muted-foreground">
        {unread.map((why) => (
          <li key={why.known} className="break-words">
            {say(why)}
          </li>
        ))}
      </ul>
    </details>
  );
}
