'use client';

import { Search } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { useAccess } from '@/app/_ui/access/provider';
import { useWords } from '@/app/_ui/words/provider';
import { Button } from '@/app/_ui/primitives/button';
import { Kbd } from '@/app/_ui/primitives/kbd';

// Every page has them, few visits need them: their scripts come after what the page itself takes.
const afterMs = 3000;
const loadPalette = () => import('./palette').then((module) => module.Palette);
const Palette = dynamic(loadPalette, { ssr: false });
const KeysDialog = dynamic(() => import('./keys-dialog').then((module) => module.KeysDialog), { ssr: false });

/** The keys that go somewhere, after `g`. */
const goKeys: Record<string, string> = {
  r: '/',
  d: '/trends',
  s: '/services',
  c: '/scripts',
  t: '/settings',
};

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** The command palette (Ctrl/⌘-K), the list of keys (?) and the keys that go to pages. */
export function Commands() {
  const t = useWords();
  const router = useRouter();
  const { mayRun } = useAccess();
  const [palette, setPalette] = useState(false);
  const [keys, setKeys] = useState(false);
  const afterG = useRef(0);

  useEffect(() => {
    const timer = setTimeout(() => void loadPalette(), afterMs);
    return () => clearTimeout(timer);
  }, []);

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setPalette((open) => !open);
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      const page = event.timeStamp - afterG.current < 1200 ? goKeys[event.key] : undefined;
      afterG.current = event.key === 'g' ? event.timeStamp : 0;
      if (page) router.push(page);
      else if (event.key === '?') setKeys(true);
      else if (event.key === 'n' && mayRun) router.push('/runs/new');
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [router, mayRun]);

  return (
    <>
      <button
        type="button"
        onClick={() => setPalette(true)}
        className="hidden h-8 w-56 items-center gap-2 rounded-lg border bg-muted/60 px-2.5 text-sm text-muted-foreground transition-colors hover:border-border-strong hover:text-foreground md:flex"
      >
        <Search aria-hidden className="size-3.5" />
        <span className="flex-1 truncate text-left">{t('nav.openPalette')}</span>
        <Kbd>⌘K</Kbd>
      </button>
      <Button
        variant="ghost"
        size="icon"
        className="md:hidden"
        aria-label={t('nav.openPalette')}
        onClick={() => setPalette(true)}
      >
        <Search />
      </Button>
      {palette && <Palette onOpenChange={setPalette} onShowKeys={() => setKeys(true)} />}
      {keys && <KeysDialog onOpenChange={setKeys} />}
    </>
  );
}
