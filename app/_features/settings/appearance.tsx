'use client';

import { useTheme } from 'next-themes';
import { useSyncExternalStore } from 'react';
import { useChangeLocale } from '@/app/_ui/shell/preferences';
import { Field, Select, describedBy } from '@/app/_ui/primitives/field';
import { useWords, useLanguages, useLocale } from '@/app/_ui/words/provider';

const nothing = (): (() => void) => () => undefined;

/** Theme and language: kept on this device. */
export function Appearance() {
  const t = useWords();
  const locale = useLocale();
  const languages = useLanguages();
  const changeLocale = useChangeLocale();
  const { theme, setTheme } = useTheme();
  // The server cannot know the theme that this device has chosen.
  const known = useSyncExternalStore(
    nothing,
    () => true,
    () => false,
  );
  return (
    <div className="grid grid-cols-1 gap-5 sm:grid-cols-2">
      <Field id="theme" label={t('nav.theme')} hint={t('settings.themeHint')}>
        <Select
          value={known ? (theme ?? 'system') : 'system'}
          onChange={(event) => setTheme(event.target.value)}
          {...describedBy('theme', undefined, true)}
        >
          <option value="system">{t('nav.system')}</option>
          <option value="light">{t('nav.light')}</option>
          <option value="dark">{t('nav.dark')}</option>
        </Select>
      </Field>
      <Field id="language" label={t('nav.language')} hint={t('settings.languageHint')}>
        <Select
          value={locale}
          onChange={(event) => changeLocale(event.target.value)}
          {...describedBy('language', undefined, true)}
        >
          {languages.map(({ locale: tag, name }) => (
            <option key={tag} value={tag} lang={tag}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
    </div>
  );
}
