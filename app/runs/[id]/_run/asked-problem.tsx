'use client';

import { type ReactNode } from 'react';
import { cn } from '../../../_components/cn';
import { ProblemNotice } from '../../../_components/problem-notice';
import { Button } from '../../../_components/ui/button';
import { type ApiProblem } from '../../../_data/http';
import { useDictionary } from '../../../_i18n/provider';

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
  const t = useDictionary();
  return (
    <div className={cn('space-y-3', className)}>
      <ProblemNotice problem={problem} />
      <div className="flex gap-2">
        {children}
        <Button onClick={retry}>{t.common.retry}</Button>
      </div>
    </div>
  );
}
