import { CircleCheck, CircleHelp, CircleX, type LucideIcon } from 'lucide-react';
import { type VerdictOutcome, type Verdict } from '@/lib/model/verdict';
import { type SentMessage } from '@/lib/model/message';
import { type Tone } from '@/app/_ui/primitives/badge';

/** A verdict is told by colour, sign and word. */
export const verdictLooks: Record<
  VerdictOutcome,
  { tone: Tone; icon: LucideIcon; text: string; box: string }
> = {
  pass: {
    tone: 'success',
    icon: CircleCheck,
    text: 'text-success',
    box: 'border-success/40 bg-success-soft',
  },
  fail: { tone: 'danger', icon: CircleX, text: 'text-danger', box: 'border-danger/40 bg-danger-soft' },
  unclear: {
    tone: 'warning',
    icon: CircleHelp,
    text: 'text-warning',
    box: 'border-warning/40 bg-warning-soft',
  },
};

/** A sentence of a verdict, to be said in the page's language. */
export function saidOf({ text, ...said }: Verdict['said']): SentMessage {
  return { ...said, known: text };
}
