import { type ReactNode } from 'react';
import { cn } from '@/app/_ui/cn';

/** One panel of the settings. */
export function Section({
  title,
  text,
  action,
  children,
}: {
  title: string;
  text?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="panel min-w-0" aria-label={title}>
      <div className="flex flex-wrap items-start justify-between gap-3 p-4 sm:p-5">
        <div className="min-w-0">
          <h2 className="text-base font-semibold tracking-tight">{title}</h2>
          {text && <p className="mt-1 max-w-2xl text-sm text-muted-foreground">{text}</p>}
        </div>
        {action}
      </div>
      {children}
    </section>
  );
}

const stacked = [
  'max-sm:block max-sm:[&>thead]:hidden max-sm:[&>tbody]:block max-sm:[&>tbody]:border-t-0',
  'max-sm:[&_tr]:flex max-sm:[&_tr]:flex-wrap max-sm:[&_tr]:items-center max-sm:[&_tr]:gap-x-4 max-sm:[&_tr]:gap-y-1.5 max-sm:[&_tr]:px-4 max-sm:[&_tr]:py-3',
  'max-sm:[&_td]:max-w-full max-sm:[&_td]:p-0 max-sm:[&_td:last-child:has(button)]:ml-auto max-sm:[&_td[data-label]]:before:mr-1.5 max-sm:[&_td[data-label]]:before:text-xs max-sm:[&_td[data-label]]:before:text-muted-foreground max-sm:[&_td[data-label]]:before:content-[attr(data-label)]',
].join(' ');

/**
 * A table in a panel. On a phone each row is a few lines; `data-label` on a cell is its head there, where what it holds
 * does not say it.
 */
export function SectionTable({
  label,
  head,
  children,
}: {
  label: string;
  head: readonly string[];
  children: ReactNode;
}) {
  return (
    <div role="region" aria-label={label} tabIndex={0} className="relative overflow-x-auto border-t">
      <table className={cn('w-full text-sm', stacked)}>
        <thead>
          <tr className="text-left text-xs text-muted-foreground [&>th]:px-4 [&>th]:py-2 [&>th]:font-medium [&>th]:whitespace-nowrap sm:[&>th]:px-5">
            {head.map((words, i) => (
              <th key={words || i} scope="col">
                {words || <span className="sr-only">⋯</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y border-t [&_td]:px-4 [&_td]:py-2.5 [&_td]:whitespace-nowrap sm:[&_td]:px-5">
          {children}
        </tbody>
      </table>
    </div>
  );
}
