import { Skeleton } from '@/app/_ui/primitives/skeleton';

export default function Loading() {
  return (
    <div aria-busy="true">
      <Skeleton className="h-4 w-20" />
      <Skeleton className="mt-2 h-8 w-96 max-w-full" />
      <Skeleton className="mt-6 h-[78px] w-full rounded-xl" />
      <Skeleton className="mt-4 h-[880px] w-full rounded-xl" />
    </div>
  );
}
