import { SearchX } from 'lucide-react';
import { Link } from './_ui/link';
import { EmptyState } from './_ui/empty-state';
import { Button } from './_ui/primitives/button';
import { getWords } from './_ui/words/server';

export default async function NotFound() {
  const { t } = await getWords();
  return (
    <EmptyState isPage icon={<SearchX />} title={t('errors.notFoundTitle')} text={t('errors.notFoundText')}>
      <Button asChild>
        <Link href="/">{t('errors.home')}</Link>
      </Button>
    </EmptyState>
  );
}
