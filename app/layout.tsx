import { GeistMono } from 'geist/font/mono';
import { GeistSans } from 'geist/font/sans';
import { type Metadata, type Viewport } from 'next';
import { headers } from 'next/headers';
import { type ReactNode } from 'react';
import { accessOf } from './_ui/access/access';
import { AccessProvider } from './_ui/access/provider';
import { getAccess } from './_ui/access/server';
import { ShareShell } from './_ui/shell/share-shell';
import { Shell } from './_ui/shell/shell';
import { Themes } from './_ui/themes';
import { Toasts } from './_ui/toasts';
import { PrintSupport } from './_ui/print';
import { TooltipProvider } from './_ui/primitives/tooltip';
import { languages } from '@/lib/words/catalogue';
import { PageWords } from './_ui/words/page-words';
import { getWords, offerWords } from './_ui/words/server';
import { nonceHeader } from '@/lib/server/headers.mjs';
import { frameHeader, sharedFrame } from './_features/share/frame';
import './globals.css';

export async function generateMetadata(): Promise<Metadata> {
  const { t } = await getWords();
  return {
    title: { default: t('common.appName'), template: `%s · ${t('common.appName')}` },
    description: t('common.tagline'),
  };
}

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fafafa' },
    { media: '(prefers-color-scheme: dark)', color: '#0a0b0d' },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const { locale, t } = await getWords();
  // Whoever reads a shared page is nobody in particular there, also where no sign-in is asked.
  const asked = await headers();
  const isShared = asked.get(frameHeader) === sharedFrame;
  const access = isShared ? accessOf(null, null) : await getAccess();
  const wordsAddress = offerWords(locale);
  return (
    <html lang={locale} suppressHydrationWarning className={`${GeistSans.variable} ${GeistMono.variable}`}>
      <body>
        <Themes nonce={asked.get(nonceHeader) ?? undefined}>
          <PageWords locale={locale} address={wordsAddress} languages={languages()}>
            <AccessProvider access={access}>
              <TooltipProvider delayDuration={250}>
                <Toasts>
                  <PrintSupport />
                  {isShared ? (
                    <ShareShell t={t}>{children}</ShareShell>
                  ) : (
                    <Shell t={t} access={access}>
                      {children}
                    </Shell>
                  )}
                </Toasts>
              </TooltipProvider>
            </AccessProvider>
          </PageWords>
        </Themes>
        {/* Behind what is seen, and before what React begins with, which finds them there. */}
        {/* eslint-disable-next-line @next/next/no-sync-scripts -- after it React would begin without words */}
        <script src={wordsAddress} />
      </body>
    </html>
  );
}
