'use client';

import { ProblemNotice } from '../../../_components/problem-notice';
import { Button } from '../../../_components/ui/button';
import { type ApiProblem } from '../../../_data/http';
import { useDictionary } from '../../../_i18n/provider';

/** What stands where a tab's data could not be had, with another try. */
export function AskedProblem({ problem, retry }: { problem: ApiProblem; retry: () => void }) {
  const t = useDictionary();
  return (
    <div className="space-y-3">
      <ProblemNotice problem={problem} />
      <Button onClick={retry}>{t.common.retry}</Button>
    </div>
  );
}
