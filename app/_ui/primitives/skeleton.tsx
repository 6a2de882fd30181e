import { cn } from '@/app/_ui/cn';

/** The place of what is on its way. It pulses only where that takes long: each frame of it is drawn at the cost of what it waits for. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <div
      aria-hidden
      className={cn('animate-pulse rounded-md bg-muted [animation-delay:1s] printing:hidden', className)}
    />
  );
}
