import { Lock } from 'lucide-react';
import { type Role } from '@/lib/access/roles';
import { EmptyState } from '../_components/empty-state';
import { Link } from '../_components/link';
import { Button } from '../_components/ui/button';
import { getDictionary } from '../_i18n/server';

/** In place of a page whose reader may not do what it is for. */
export async function MayNot({ needed, isPage = false }: { needed: Role; isPage?: boolean }) {
  const { t } = await getDictionary();
  return (
    <EmptyState
      isPage={isPage}
      icon={<Lock />}
      title={t.signin.mayNotTitle}
      text={t.signin.mayNotText(t.signin.roles[needed])}
    >
      {isPage && (
        <Button asChild>
          <Link href="/">{t.errors.home}</Link>
        </Button>
      )}
    </EmptyState>
  );
}
