import { type ReactNode } from 'react';
import { cn } from './cn';

/** A plain table in a box that scrolls sideways by itself; it can be reached by keys. */
export function DataTable({
  label,
  head,
  children,
  className,
}: {
  label: string;
  head: { label: string; numeric?: boolean }[];
  children: ReactNode;
  className?: string;
}) {
  return (
    <div
      role="region"
      aria-label={label}
      tabIndex={0}
      className={cn('overflow-auto rounded-lg border', className)}
    >
      <table className="w-full border-collapse text-[13px]">
        <thead className="sticky top-0 z-[1] bg-card">
          <tr className="border-b">
            {head.map((cell) => (
              <th
                key={cell.label}
                scope="col"
                className={cn(
                  'h-9 px-3 text-left text-xs font-medium whitespace-nowrap text-muted-foreground',
                  cell.numeric && 'text-right',
                )}
              >
                {cell.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="[&_tr]:border-b [&_tr:last-child]:border-0">{children}</tbody>
      </table>
    </div>
  );
}

export function Cell({
  numeric = false,
  className,
  children,
  title,
}: {
  numeric?: boolean;
  className?: string;
  children?: ReactNode;
  title?: string | undefined;
}) {
  return (
    <td
      title={title}
      className={cn('h-9 px-3 whitespace-nowrap', numeric && 'tabular text-right', className)}
    >
      {children}
    </td>
  );
}
