'use client';

import {
  CircleCheck,
  CircleDashed,
  CirclePlay,
  CircleSlash,
  CircleStop,
  CircleX,
  Hourglass,
  type LucideIcon,
} from 'lucide-react';
import { type SentMessage } from '@/lib/model/message';
import { type RunState } from '@/lib/model/run';
import { useWords } from './words/provider';
import { useSay } from './words/use-say';
import { Badge, type Tone } from './primitives/badge';

const looks: Record<RunState, { tone: Tone; icon: LucideIcon }> = {
  queued: { tone: 'neutral', icon: Hourglass },
  starting: { tone: 'info', icon: CircleDashed },
  running: { tone: 'info', icon: CirclePlay },
  finished: { tone: 'success', icon: CircleCheck },
  failed: { tone: 'danger', icon: CircleX },
  stopped: { tone: 'warning', icon: CircleStop },
  interrupted: { tone: 'warning', icon: CircleSlash },
};

/** A run's state: told by colour, sign and word. */
export function StateBadge({ state, reason }: { state: RunState; reason?: SentMessage | null }) {
  const t = useWords();
  const say = useSay();
  const { tone, icon: Icon } = looks[state];
  const live = state === 'running' || state === 'starting';
  return (
    <Badge tone={tone} title={reason ? say(reason) : undefined} data-state={state}>
      {live ? (
        <span aria-hidden className="size-1.5 rounded-full bg-current ring-2 ring-current/25" />
      ) : (
        <Icon aria-hidden className="size-3.5" />
      )}
      {t(`states.${state}`)}
    </Badge>
  );
}
