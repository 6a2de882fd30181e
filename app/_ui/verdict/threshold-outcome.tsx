import { CircleCheck, CircleHelp, CircleX } from 'lucide-react';
import { cn } from '@/app/_ui/cn';
import { useWords } from '@/app/_ui/words/provider';

const looks = {
  met: { Icon: CircleCheck, tone: 'text-success', word: 'k6.passed' },
  crossed: { Icon: CircleX, tone: 'text-danger', word: 'k6.crossed' },
  unclear: { Icon: CircleHelp, tone: 'text-warning', word: 'k6.unclear' },
} as const;

/** Whether a threshold was met; `ok` null: that cannot be told. */
export function ThresholdOutcome({ ok, className }: { ok: boolean | null; className?: string }) {
  const t = useWords();
  const { Icon, tone, word } = looks[ok === null ? 'unclear' : ok ? 'met' : 'crossed'];
  return (
    <span className={cn('inline-flex items-center gap-1.5', tone, className)}>
      <Icon aria-hidden className="size-4 shrink-0" />
      {t(word)}
    </span>
  );
}
