'use client';

import { ChevronLeft, ChevronRight } from 'lucide-react';
import { Button } from '@/app/_ui/primitives/button';
import { useWords } from '@/app/_ui/words/provider';

/** Turns the pages of a long table, the first being 0; nothing where there is but one. */
export function Pager({
  current,
  pages,
  onPage,
}: {
  current: number;
  pages: number;
  onPage: (page: number) => void;
}) {
  const t = useWords();
  if (pages <= 1) return null;
  return (
    <nav aria-label={t('review.pager.pages')} className="ml-auto flex items-center gap-1.5">
      <Button
        size="iconSm"
        aria-label={t('review.pager.earlier')}
        disabled={current === 0}
        onClick={() => onPage(current - 1)}
      >
        <ChevronLeft />
      </Button>
      <span className="tabular text-xs">{t('review.pager.page', { page: current + 1, pages })}</span>
      <Button
        size="iconSm"
        aria-label={t('review.pager.later')}
        disabled={current === pages - 1}
        onClick={() => onPage(current + 1)}
      >
        <ChevronRight />
      </Button>
    </nav>
  );
}
