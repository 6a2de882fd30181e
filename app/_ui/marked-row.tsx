'use client';

import { type ComponentProps } from 'react';
import { cn } from './cn';
import { useNewMark } from './new-mark';

/** A table's row that is scrolled to and marked where it was just made. */
export function MarkedRow({ isNew, className, ...props }: ComponentProps<'tr'> & { isNew: boolean }) {
  const { mark, ...marked } = useNewMark<HTMLTableRowElement>(isNew);
  return <tr className={cn(mark, className)} {...props} {...marked} />;
}
