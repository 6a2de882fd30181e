'use client';

import { Printer } from 'lucide-react';
import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { useWords } from './words/provider';
import { Button } from './primitives/button';

/** Sent to charts after the page has taken the paper's width and colours: they draw themselves anew, at once. */
export const remeasureEvent = 'scaletrace:remeasure';

/**
 * Lays the page out for paper before it is printed, by button or by the browser's own command: canvases and what is
 * placed by script do not follow a print style sheet by themselves. Paper is light.
 */
export function PrintSupport() {
  useEffect(() => {
    const { classList } = document.documentElement;
    let dark = false;
    const before = (): void => {
      dark = classList.contains('dark');
      classList.remove('dark');
      classList.add('printing');
    };
    const remeasure = (): void => void window.dispatchEvent(new Event(remeasureEvent));
    const after = (): void => {
      classList.remove('printing');
      classList.toggle('dark', dark);
      remeasure();
    };
    // Before any component that listens too, then after all of them.
    window.addEventListener('beforeprint', before, { capture: true });
    window.addEventListener('beforeprint', remeasure);
    window.addEventListener('afterprint', after);
    return () => {
      window.removeEventListener('beforeprint', before, { capture: true });
      window.removeEventListener('beforeprint', remeasure);
      window.removeEventListener('afterprint', after);
    };
  }, []);
  return null;
}

/** Whether the page is being printed: what is folded away on the screen is then shown. */
export function usePrinting(): boolean {
  // What is made anew for paper, as charts are where paper's light replaces the dark, has not heard that it is printed.
  const [printing, setPrinting] = useState(
    () => typeof document !== 'undefined' && document.documentElement.classList.contains('printing'),
  );
  useEffect(() => {
    const set = (value: boolean) => () => flushSync(() => setPrinting(value));
    const [before, after] = [set(true), set(false)];
    window.addEventListener('beforeprint', before);
    window.addEventListener('afterprint', after);
    return () => {
      window.removeEventListener('beforeprint', before);
      window.removeEventListener('afterprint', after);
    };
  }, []);
  return printing;
}

/** Opens the browser's print dialog, which also saves as PDF. */
export function PrintButton() {
  const t = useWords();
  return (
    <Button onClick={() => window.print()} className="print:hidden">
      <Printer />
      {t('exports.print')}
    </Button>
  );
}
