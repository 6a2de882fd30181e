import { type ReactNode } from 'react';
import { type Comparison } from '@/lib/comparing/comparison';
import { cn } from '@/app/_ui/cn';
import { RunSign } from './look';

/** A table with one column a run, headed by the run's sign and name; `first` heads the column of the rows' names. */
export function RunTable({
  label,
  first,
  runs,
  className,
  children,
}: {
  label: string;
  first: string;
  runs: Comparison['runs'];
  className: string;
  children: ReactNode;
}) {
  return (
    <div role="region" aria-label={label} tabIndex={0} className={cn('overflow-auto border-t', className)}>
      <table className="w-full text-[13px]">
        <thead className="sticky top-0 z-[1] bg-card">
          <tr className="border-b text-xs text-muted-foreground">
            <th scope="col" className="h-9 px-3 text-left font-medium sm:px-4">
              {first}
            </th>
            {runs.map((run, i) => (
              <th key={run.id} scope="col" className="h-9 px-3 text-left font-medium">
                <span className="flex items-center gap-1.5">
                  <RunSign index={i} />
                  <span className="max-w-48 truncate" title={run.name}>
                    {run.name}
                  </span>
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="[&_tr]:border-b [&_tr:last-child]:border-0">{children}</tbody>
      </table>
    </div>
  );
}
