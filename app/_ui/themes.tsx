'use client';

import { setNonce } from 'get-nonce';
import { ThemeProvider } from 'next-themes';
import { useState, type ReactNode } from 'react';

/**
 * Light and dark, and the nonce by which what the page adds of styles passes its policy. The first one stays: a refresh
 * brings another answer's nonce, and the document keeps the policy that it came with.
 */
export function Themes({ nonce, children }: { nonce: string | undefined; children: ReactNode }) {
  const [own] = useState(() => {
    if (typeof window !== 'undefined' && nonce !== undefined) setNonce(nonce);
    return nonce;
  });
  return (
    <ThemeProvider
      attribute="class"
      defaultTheme="system"
      enableSystem
      disableTransitionOnChange
      {...(own === undefined ? {} : { nonce: own })}
    >
      {children}
    </ThemeProvider>
  );
}
