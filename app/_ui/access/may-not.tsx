import { Lock } from 'lucide-react';
import { type Role } from '@/lib/model/role';
import { EmptyState } from '@/app/_ui/empty-state';
import { Link } from '@/app/_ui/link';
import { Button } from '@/app/_ui/primitives/button';
import { getWords } from '@/app/_ui/words/server';

/** In place of a page whose reader may not do what it is for. */
export async function MayNot({ needed, isPage = false }: { needed: Role; isPage?: boolean }) {
  const { t } = await getWords();
  return (
    <EmptyState
      isPage={isPage}
      icon={<Lock />}
      title={t('signin.mayNotTitle')}
      text={t('signin.mayNotText', { role: t(`signin.roles.${needed}`) })}
    >
      {isPage && (
        <Button asChild>
          <Link href="/">{t('errors.home')}</Link>
        </Button>
      )}
    </EmptyState>
  );
}
