import { SearchX } from 'lucide-react';
import { Link } from './_components/link';
import { EmptyState } from './_components/empty-state';
import { Button } from './_components/ui/button';
import { getDictionary } from './_i18n/server';

export default async function NotFound() {
  const { t } = await getDictionary();
  return (
    <EmptyState isPage icon={<SearchX />} title={t.errors.notFoundTitle} text={t.errors.notFoundText}>
      <Button asChild>
        <Link href="/">{t.errors.home}</Link>
      </Button>
    </EmptyState>
  );
}
