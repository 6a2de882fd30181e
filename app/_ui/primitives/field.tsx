import { type ComponentProps, type ReactNode } from 'react';
import { cn } from '@/app/_ui/cn';

const control =
  'w-full rounded-lg border border-border-strong bg-card text-sm text-foreground transition-colors placeholder:text-muted-foreground/80 hover:border-muted-foreground/60 disabled:opacity-60 aria-invalid:border-danger';

export function Input({ className, ...props }: ComponentProps<'input'>) {
  return <input className={cn(control, 'h-9 px-3', className)} {...props} />;
}

export function Textarea({ className, ...props }: ComponentProps<'textarea'>) {
  return <textarea className={cn(control, 'px-3 py-2', className)} {...props} />;
}

/** The system's own select: it works with every keyboard, screen reader and phone. */
export function Select({ className, children, ...props }: ComponentProps<'select'>) {
  return (
    <span className={cn('relative block', className)}>
      <select
        className={cn(control, 'h-9 appearance-none truncate pr-8 pl-3', className, 'w-full sm:w-full')}
        {...props}
      >
        {children}
      </select>
      <svg
        aria-hidden
        viewBox="0 0 16 16"
        className="pointer-events-none absolute top-1/2 right-2.5 size-3.5 -translate-y-1/2 text-muted-foreground"
      >
        <path
          d="m4 6 4 4 4-4"
          fill="none"
          stroke="currentColor"
          strokeWidth="1.6"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      </svg>
    </span>
  );
}

/** A label, its control, a hint and the error that the server or the browser found in it. */
export function Field({
  id,
  label,
  hint,
  error,
  action,
  className,
  children,
}: {
  id: string;
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  action?: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  return (
    <div className={cn('min-w-0', className)}>
      <div className="mb-1.5 flex items-end justify-between gap-2">
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {action}
      </div>
      {children}
      {hint && !error && (
        <p id={`${id}-hint`} className="mt-1.5 text-xs text-muted-foreground">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} role="alert" className="mt-1.5 text-xs text-danger">
          {error}
        </p>
      )}
    </div>
  );
}

/** The attributes that tie a control to its Field's error or hint. */
export function describedBy(
  id: string,
  error: string | undefined,
  hint?: unknown,
): { id: string; 'aria-invalid'?: true; 'aria-describedby'?: string } {
  if (error) return { id, 'aria-invalid': true, 'aria-describedby': `${id}-error` };
  return hint ? { id, 'aria-describedby': `${id}-hint` } : { id };
}
