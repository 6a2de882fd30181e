import { type ReactNode } from 'react';

interface EmptyStateProps {
  icon?: ReactNode;
  title: string;
  text: string;
  /** Stands in place of a whole page: its title is the page's. */
  isPage?: boolean;
  children?: ReactNode;
}

/** What an empty page shows: why it is empty and what to do next. */
export function EmptyState({ icon, title, text, isPage = false, children }: EmptyStateProps) {
  const Title = isPage ? 'h1' : 'h2';
  return (
    <div className="panel flex flex-col items-center px-6 py-16 text-center">
      {icon && (
        <div className="mb-4 rounded-xl border bg-muted p-3 text-muted-foreground [&_svg]:size-6">{icon}</div>
      )}
      <Title className="text-base font-semibold">{title}</Title>
      <p className="mt-1.5 max-w-md text-muted-foreground">{text}</p>
      {children && <div className="mt-6 flex flex-col items-center gap-2.5">{children}</div>}
    </div>
  );
}
