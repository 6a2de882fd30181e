'use client';

import { ArrowDown, ArrowUp, Flag, Target, X } from 'lucide-react';
import { Link } from '@/app/_ui/link';
import { type ReactNode } from 'react';
import { type Comparison } from '@/lib/comparing/comparison';
import { StandingBadge } from '@/app/_ui/baseline/standing-badge';
import { RunBadge } from '@/app/_ui/verdict/run-badge';
import { Time } from '@/app/_ui/time';
import { Badge } from '@/app/_ui/primitives/badge';
import { Button } from '@/app/_ui/primitives/button';
import { useWords } from '@/app/_ui/words/provider';
import { type CompareAddress } from '@/app/_ui/compare-address';
import { saidOf } from '@/app/_ui/verdict/look';
import { useSay } from '@/app/_ui/words/use-say';
import { RunSign } from './look';

/** The runs in their order: each one's sign, what it is, how it stands against the reference, and where it goes. */
export function RunStrip({
  comparison,
  readOnly,
  onChange,
}: {
  comparison: Comparison;
  readOnly: boolean;
  onChange: (part: Partial<CompareAddress>) => void;
}) {
  const t = useWords();
  const say = useSay();
  const { runs, referenceId, regressions } = comparison;
  const ids = runs.map(({ id }) => id);
  // The reference stays the one it is when the order changes.
  const order = (next: string[]): void =>
    onChange({ runs: next, base: next.includes(referenceId) ? referenceId : null });
  const move = (from: number, to: number): void => order(ids.with(to, ids[from]!).with(from, ids[to]!));
  return (
    <section aria-label={t('compare.runs')} className="panel">
      <ol>
        {runs.map((run, i) => {
          const verdict = regressions.find(({ runId }) => runId === run.id);
          return (
            <li
              key={run.id}
              data-compared={run.id}
              className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b px-3 py-2.5 last:border-0 sm:px-4"
            >
              <RunSign index={i} />
              <div className="min-w-0 flex-1 basis-52">
                {readOnly ? (
                  <span className="block truncate font-medium" title={run.name}>
                    {run.name}
                  </span>
                ) : (
                  <Link
                    href={`/runs/${run.id}`}
                    title={run.name}
                    className="block truncate font-medium hover:underline"
                  >
                    {run.name}
                  </Link>
                )}
                <p className="truncate text-xs text-muted-foreground">
                  {run.scriptName} · {run.serviceName} · <Time unixMs={run.startedAtMs} />
                </p>
                {run.verdict && (
                  <p className="text-xs break-words text-muted-foreground">{say(saidOf(run.verdict.said))}</p>
                )}
              </div>
              <div className="flex flex-wrap items-center gap-2">
                <RunBadge state={run.state} verdict={run.verdict} />
                {run.isBaseline && (
                  <Badge tone="violet">
                    <Flag aria-hidden className="size-3.5" />
                    {t('compare.baseline')}
                  </Badge>
                )}
                {run.id === referenceId ? (
                  <Badge tone="info">
                    <Target aria-hidden className="size-3.5" />
                    {t('compare.reference')}
                  </Badge>
                ) : (
                  verdict && <StandingBadge standing={verdict} />
                )}
              </div>
              {!readOnly && (
                <div className="ml-auto flex items-center gap-0.5">
                  {run.id !== referenceId && (
                    <Action
                      label={t('compare.makeReference', { name: run.name })}
                      onClick={() => onChange({ runs: ids, base: run.id })}
                    >
                      <Target />
                    </Action>
                  )}
                  <Action
                    label={t('compare.moveUp', { name: run.name })}
                    disabled={i === 0}
                    onClick={() => move(i, i - 1)}
                  >
                    <ArrowUp />
                  </Action>
                  <Action
                    label={t('compare.moveDown', { name: run.name })}
                    disabled={i === runs.length - 1}
                    onClick={() => move(i, i + 1)}
                  >
                    <ArrowDown />
                  </Action>
                  <Action
                    label={t('compare.remove', { name: run.name })}
                    onClick={() => order(ids.filter((id) => id !== run.id))}
                  >
                    <X />
                  </Action>
                </div>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function Action({
  label,
  children,
  ...props
}: {
  label: string;
  disabled?: boolean;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <Button size="iconSm" variant="ghost" aria-label={label} title={label} {...props}>
      {children}
    </Button>
  );
}
