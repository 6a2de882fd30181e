import { type ReactNode } from 'react';
import { type Comparison } from '@/lib/comparing/comparison';
import { cn } from '@/app/_ui/cn';
import { Table } from '@/app/_ui/table';
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
    <Table
      label={label}
      className={cn('border-t', className)}
      head={[
        { label: first, className: 'sm:px-4' },
        ...runs.map((run, i) => ({
          key: run.id,
          label: (
            <span className="flex items-center gap-1.5">
              <RunSign index={i} />
              <span className="max-w-48 truncate" title={run.name}>
                {run.name}
              </span>
            </span>
          ),
        })),
      ]}
    >
      {children}
    </Table>
  );
}
