import { SearchX } from 'lucide-react';
import { Link } from '@/app/_ui/link';
import { EmptyState } from '@/app/_ui/empty-state';
import { Button } from '@/app/_ui/primitives/button';
import { getWords } from '@/app/_ui/words/server';

export default async function RunNotFound() {
  const { t } = await getWords();
  return (
    <EmptyState isPage icon={<SearchX />} title={t('errors.runNotFound')} text={t('errors.notFoundText')}>
      <Button asChild>
        <Link href="/">{t('errors.home')}</Link>
      </Button>
    </EmptyState>
  );
}
