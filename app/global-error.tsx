'use client';

import { useEffect, useState } from 'react';
import { fallbackLocale, localeCookie } from '@/lib/words/locale';
import { type Messages } from '@/lib/words/words';

/** Shown when the frame itself failed: what the frame gives elsewhere, the words too, it has to fetch by itself. */
export default function GlobalError({ reset }: { reset: () => void }) {
  const [found, setFound] = useState<{ locale: string; messages: Messages } | null>(null);
  useEffect(() => {
    const cookie = new RegExp(`(?:^|; )${localeCookie}=([\\w-]+)`).exec(document.cookie)?.[1];
    const load = async (locale: string): Promise<void> => {
      const { default: messages } = (await import(`@/messages/${locale}.json`)) as { default: Messages };
      setFound({ locale, messages });
    };
    load(cookie ?? fallbackLocale).catch(() => load(fallbackLocale));
  }, []);
  if (!found) return <html lang={fallbackLocale} />;
  const { common, errors } = found.messages;
  return (
    <html lang={found.locale}>
      <body style={{ fontFamily: 'system-ui, sans-serif', padding: '4rem', textAlign: 'center' }}>
        <h1>{errors.title}</h1>
        <p>{errors.text}</p>
        <button type="button" onClick={reset}>
          {common.retry}
        </button>
      </body>
    </html>
  );
}
