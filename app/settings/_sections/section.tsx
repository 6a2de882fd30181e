import { type ReactNode } from 'react';

/** One part of the settings: a file of its own in this folder. */
export function Section({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="panel p-4 sm:p-5">
      <h2 className="text-base font-semibold tracking-tight">{title}</h2>
      {text && <p className="mt-1 text-sm text-muted-foreground">{text}</p>}
      <div className="mt-4">{children}</div>
    </section>
  );
}
