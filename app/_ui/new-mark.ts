import { useEffect, useRef, type RefObject } from 'react';

/** What a thing that was just made is given, so that it is scrolled to and marked. */
export function useNewMark<E extends HTMLElement>(
  isNew: boolean,
): { ref: RefObject<E | null>; 'data-new': boolean; mark: string } {
  const ref = useRef<E>(null);
  useEffect(() => {
    if (isNew) ref.current?.scrollIntoView({ block: 'center', behavior: 'smooth' });
  }, [isNew]);
  return { ref, 'data-new': isNew, mark: isNew ? 'outline-2 -outline-offset-2 outline-primary' : '' };
}
