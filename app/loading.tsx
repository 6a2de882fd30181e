import { Skeleton } from './_ui/primitives/skeleton';

export default function Loading() {
  return (
    <div aria-busy="true">
      <Skeleton className="h-8 w-48" />
      <Skeleton className="mt-3 h-4 w-80 max-w-full" />
      <Skeleton className="mt-8 h-72 w-full rounded-xl" />
    </div>
  );
}
