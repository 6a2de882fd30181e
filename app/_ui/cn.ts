import { clsx, type ClassValue } from 'clsx';
import { twMerge } from 'tailwind-merge';

/** Joins class names; a later Tailwind class wins over an earlier one of its kind. */
export function cn(...inputs: ClassValue[]): string {
  const given = inputs.filter(Boolean);
  // One alone has nothing to win over, and to look costs more than all else here.
  return given.length < 2 ? clsx(given) : twMerge(clsx(given));
}
