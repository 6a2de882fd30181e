'use client';

import { TriangleAlert } from 'lucide-react';
import { useStatus } from './_ui/data/use-status';
import { EmptyState } from './_ui/empty-state';
import { Button } from './_ui/primitives/button';
import { useWords } from './_ui/words/provider';

export default function ErrorPage({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  const t = useWords();
  // What failed may be a part of the page that could not be read while the dashboard was gone.
  useStatus(() => window.location.reload());
  return (
    <EmptyState isPage icon={<TriangleAlert />} title={t('errors.title')} text={t('errors.text')}>
      <Button variant="primary" onClick={reset}>
        {t('common.retry')}
      </Button>
      {error.digest && <code className="font-mono text-xs text-muted-foreground">{error.digest}</code>}
    </EmptyState>
  );
}
