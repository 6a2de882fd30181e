'use client';

import { Languages, Monitor, Moon, Sun } from 'lucide-react';
import { useTheme } from 'next-themes';
import { useRouter } from 'next/navigation';
import { type Locale } from '@/lib/words/locale';
import { storeLocale, useWords, useLanguages, useLocale } from '@/app/_ui/words/provider';
import { Button } from '@/app/_ui/primitives/button';
import { Menu, MenuContent, MenuRadioGroup, MenuRadioItem, MenuTrigger } from '@/app/_ui/primitives/menu';

/** Changes the language and shows the page anew in it. */
export function useChangeLocale(): (locale: Locale) => void {
  const router = useRouter();
  return (locale) => {
    storeLocale(locale);
    router.refresh();
  };
}

export function LanguageMenu() {
  const t = useWords();
  const locale = useLocale();
  const languages = useLanguages();
  const change = useChangeLocale();
  return (
    <Menu>
      <MenuTrigger asChild>
        <Button variant="ghost" size="icon" aria-label={t('nav.language')} title={t('nav.language')}>
          <Languages />
        </Button>
      </MenuTrigger>
      <MenuContent>
        <MenuRadioGroup value={locale} onValueChange={(value) => change(value)}>
          {languages.map(({ locale: tag, name }) => (
            <MenuRadioItem key={tag} value={tag} lang={tag}>
              {name}
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
      </MenuContent>
    </Menu>
  );
}

export function ThemeMenu() {
  const t = useWords();
  const { theme, setTheme } = useTheme();
  return (
    <Menu>
      <MenuTrigger asChild>
        <Button variant="ghost" size="icon" aria-label={t('nav.theme')} title={t('nav.theme')}>
          <Sun className="dark:hidden" />
          <Moon className="hidden dark:block" />
        </Button>
      </MenuTrigger>
      <MenuContent>
        <MenuRadioGroup value={theme ?? 'system'} onValueChange={setTheme}>
          <MenuRadioItem value="light">
            <Sun /> {t('nav.light')}
          </MenuRadioItem>
          <MenuRadioItem value="dark">
            <Moon /> {t('nav.dark')}
          </MenuRadioItem>
          <MenuRadioItem value="system">
            <Monitor /> {t('nav.system')}
          </MenuRadioItem>
        </MenuRadioGroup>
      </MenuContent>
    </Menu>
  );
}
