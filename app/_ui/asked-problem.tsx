'use client';

import { type ReactNode } from 'react';
import { cn } from '@/app/_ui/cn';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Button } from '@/app/_ui/primitives/button';
import { type ApiProblem } from '@/lib/api/api-problem';
import { useWords } from '@/app/_ui/words/provider';

/** What stands where data could not be had, with another try; `children`: what else may help. */
export function AskedProblem({
  problem,
  retry,
  className,
  children,
}: {
  problem: ApiProblem;
  retry: () => void;
  className?: string;
  children?: ReactNode;
}) {
  const t = useWords();
  return (
    <div className={cn('space-y-3', className)}>
      <ProblemNotice problem={problem} />
      <div className="flex gap-2">
        {children}
        <Button onClick={retry}>{t('common.retry')}</Button>
      </div>
    </div>
  );
}
