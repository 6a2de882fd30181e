'use client';

import { KeyRound, LogOut, UserRound } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useAccess } from '@/app/_ui/access/provider';
import { api } from '@/app/_ui/data/api';
import { useWords } from '@/app/_ui/words/provider';
import { Button } from '@/app/_ui/primitives/button';
import { Menu, MenuContent, MenuItem, MenuTrigger } from '@/app/_ui/primitives/menu';

/** Who is signed in, and the way out. Nothing where no sign-in is asked. */
export function AccountMenu() {
  const t = useWords();
  const router = useRouter();
  const { name, role } = useAccess();
  if (name === null || role === null) return null;
  const leave = async (): Promise<void> => {
    // Also where the server cannot be reached: the next page then says so.
    await api('DELETE /api/session').catch(() => undefined);
    window.location.assign('/sign-in');
  };
  return (
    <Menu>
      <MenuTrigger asChild>
        <Button
          variant="ghost"
          size="icon"
          aria-label={t('signin.menuOf', { name })}
          title={t('signin.menuOf', { name })}
        >
          <UserRound />
        </Button>
      </MenuTrigger>
      <MenuContent>
        <p className="border-b px-2.5 pt-1 pb-2 text-sm">
          <span className="block max-w-48 truncate font-medium">{name}</span>
          <span className="text-xs text-muted-foreground">{t(`signin.roles.${role}`)}</span>
        </p>
        <MenuItem onSelect={() => router.push('/settings/account')}>
          <KeyRound /> {t('signin.account')}
        </MenuItem>
        <MenuItem onSelect={() => void leave()}>
          <LogOut /> {t('signin.signOut')}
        </MenuItem>
      </MenuContent>
    </Menu>
  );
}
