'use client';

import dynamic from 'next/dynamic';
import { Skeleton } from '@/app/_ui/primitives/skeleton';

/** The code editor, loaded once a page shows it: it is larger than what stands around it. */
export const LazyCodeEditor = dynamic(
  () => import('@/app/_ui/code-editor').then((module) => module.CodeEditor),
  { ssr: false, loading: () => <Skeleton className="h-64 w-full" /> },
);
