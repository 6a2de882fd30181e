import { type ReactNode } from 'react';

/** One panel of the settings. */
export function Section({ title, text, action, children }: { title: string; text?: ReactNode; action?: ReactNode; children: ReactNode }) {
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

/** A table in a panel, which scrolls by itself where it is wider. */
export function SectionTable({ label, head, children }: { label: string; head: readonly string[]; children: ReactNode }) {
  return (
    <div role="region" aria-label={label} tabIndex={0} className="relative overflow-x-auto border-t">
      <table className="w-full text-sm">
        <thead>
          <tr className="text-left text-xs text-muted-foreground [&>th]:px-4 [&>th]:py-2 [&>th]:font-medium [&>th]:whitespace-nowrap sm:[&>th]:px-5">
            {head.map((words, i) => (
              <th key={words || i} scope="col">
                {words || <span className="sr-only">⋯</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y border-t [&_td]:px-4 [&_td]:py-2.5 [&_td]:whitespace-nowrap sm:[&_td]:px-5">{children}</tbody>
      </table>
    </div>
  );
}
