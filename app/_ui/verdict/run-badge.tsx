'use client';

import { type SentMessage } from '@/lib/model/message';
import { type RunState } from '@/lib/model/run';
import { type VerdictShown } from '@/lib/model/verdict';
import { Badge } from '@/app/_ui/primitives/badge';
import { StateBadge } from '@/app/_ui/state-badge';
import { useWords } from '@/app/_ui/words/provider';
import { useSay } from '@/app/_ui/words/use-say';
import { saidOf, verdictLooks } from './look';

/**
 * How a run stands: by its verdict where it has one, whatever k6's exit was, else by its state. That it was stopped or
 * interrupted is told where nothing failed until then.
 */
export function RunBadge({
  state,
  verdict,
  reason = null,
}: {
  state: RunState;
  verdict: VerdictShown | null | undefined;
  reason?: SentMessage | null;
}) {
  const t = useWords();
  const say = useSay();
  if (!verdict || (verdict.outcome === 'unclear' && state !== 'finished'))
    return <StateBadge state={state} reason={verdict ? saidOf(verdict.said) : reason} />;
  const { tone, icon: Icon } = verdictLooks[verdict.outcome];
  return (
    <Badge tone={tone} title={say(saidOf(verdict.said))} data-state={state} data-outcome={verdict.outcome}>
      <Icon aria-hidden className="size-3.5" />
      {t(`verdicts.outcome.${verdict.outcome}`)}
    </Badge>
  );
}
