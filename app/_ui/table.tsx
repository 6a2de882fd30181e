import { type ReactNode } from 'react';
import { cn } from './cn';

export interface TableHead {
  label: ReactNode;
  /** Where the label is not a text of its own. */
  key?: string;
  numeric?: boolean;
  className?: string;
  sorted?: 'ascending' | 'descending' | undefined;
}

const stackedTable = [
  'max-sm:block max-sm:[&>thead]:hidden max-sm:[&>tbody]:block',
  'max-sm:[&>tbody>tr]:flex max-sm:[&>tbody>tr]:flex-wrap max-sm:[&>tbody>tr]:items-center max-sm:[&>tbody>tr]:gap-x-4 max-sm:[&>tbody>tr]:gap-y-1.5 max-sm:[&>tbody>tr]:px-4 max-sm:[&>tbody>tr]:py-3',
  'max-sm:[&>tbody>tr>td]:max-w-full max-sm:[&>tbody>tr>td]:p-0 max-sm:[&>tbody>tr>td:last-child:has(button)]:ml-auto max-sm:[&>tbody>tr>td[data-label]]:before:mr-1.5 max-sm:[&>tbody>tr>td[data-label]]:before:text-xs max-sm:[&>tbody>tr>td[data-label]]:before:text-muted-foreground max-sm:[&>tbody>tr>td[data-label]]:before:content-[attr(data-label)]',
  'text-sm [&>*>tr>th]:px-4 [&>*>tr>th]:sm:px-5 [&>tbody>tr>td]:px-4 [&>tbody>tr>td]:py-2.5 [&>tbody>tr>td]:whitespace-nowrap [&>tbody>tr>td]:sm:px-5',
].join(' ');

/**
 * A table in a box that scrolls sideways by itself; it can be reached by keys. `stacked`: on a phone each row is a few
 * lines, and `data-label` on a cell is its head there, where what it holds does not say it.
 */
export function Table({
  label,
  head,
  caption,
  stacked = false,
  className = 'rounded-lg border',
  children,
}: {
  label: string;
  /** A text alone is a label; an empty one heads what has buttons only. */
  head: readonly (TableHead | string)[];
  caption?: string;
  stacked?: boolean;
  className?: string;
  children: ReactNode;
}) {
  return (
    <div role="region" aria-label={label} tabIndex={0} className={cn('relative overflow-auto', className)}>
      <table className={cn('w-full border-collapse text-[13px]', stacked && stackedTable)}>
        {caption && <caption className="sr-only">{caption}</caption>}
        <thead className="sticky top-0 z-[1] bg-card">
          <tr className="border-b">
            {head.map((given, i) => {
              const cell: TableHead = typeof given === 'string' ? { label: given } : given;
              return (
                <th
                  key={cell.key ?? (typeof cell.label === 'string' && cell.label !== '' ? cell.label : i)}
                  scope="col"
                  aria-sort={cell.sorted}
                  className={cn(
                    'h-9 px-3 text-left text-xs font-medium whitespace-nowrap text-muted-foreground',
                    cell.numeric && 'text-right',
                    cell.className,
                  )}
                >
                  {cell.label === '' ? <span className="sr-only">⋯</span> : cell.label}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody className="[&_tr]:border-b [&_tr:last-child]:border-0">{children}</tbody>
      </table>
    </div>
  );
}

/** A cell; `heads` makes it the head of its row. */
export function Cell({
  heads = false,
  numeric = false,
  className,
  children,
  title,
  colSpan,
}: {
  heads?: boolean;
  numeric?: boolean;
  className?: string;
  children?: ReactNode;
  title?: string | undefined;
  colSpan?: number;
}) {
  const Element = heads ? 'th' : 'td';
  return (
    <Element
      scope={heads ? 'row' : undefined}
      title={title}
      colSpan={colSpan}
      className={cn(
        'h-9 px-3 whitespace-nowrap',
        heads && 'text-left font-normal',
        numeric && 'tabular text-right',
        className,
      )}
    >
      {children}
    </Element>
  );
}
