'use client';

import { X } from 'lucide-react';
import { Toast } from 'radix-ui';
import { createContext, use, useCallback, useRef, useState, type ReactNode } from 'react';
import { useWords } from './words/provider';
import { Button } from './primitives/button';

export interface ToastNews {
  text: string;
  /** Something to do about it while it is shown, such as taking it back. */
  action?: { label: string; run: () => Promise<void> | void };
}

const ToastContext = createContext<(news: ToastNews) => void>(() => undefined);

/** Says something in a corner of the page, whichever page comes next. */
export function useToast(): (news: ToastNews) => void {
  return use(ToastContext);
}

/** Long enough to be read and acted on; the time stands still while the pointer or the focus is on it. */
const shownMs = 20_000;

/** Where toasts are shown. F8 moves the focus to them. */
export function Toasts({ children }: { children: ReactNode }) {
  const t = useWords();
  const [news, setNews] = useState<(ToastNews & { id: number })[]>([]);
  const next = useRef(0);
  const show = useCallback((one: ToastNews) => {
    const id = next.current++;
    setNews((all) => [...all.slice(-2), { ...one, id }]);
  }, []);
  const remove = (id: number): void => setNews((all) => all.filter((one) => one.id !== id));
  return (
    <Toast.Provider label={t('history.toast.each')} duration={shownMs} swipeDirection="right">
      <ToastContext value={show}>{children}</ToastContext>
      {news.map(({ id, text, action }) => (
        <Toast.Root
          key={id}
          onOpenChange={(open) => !open && remove(id)}
          data-toast
          className="flex animate-[pop-in_140ms_ease-out] items-center gap-3 rounded-xl border bg-popover py-2.5 pr-2.5 pl-4 shadow-2xl"
        >
          <Toast.Description className="min-w-0 flex-1 text-sm break-words">{text}</Toast.Description>
          {action && (
            <Toast.Action asChild altText={action.label}>
              <Button size="sm" onClick={() => void action.run()}>
                {action.label}
              </Button>
            </Toast.Action>
          )}
          <Toast.Close
            aria-label={t('common.close')}
            className="rounded-md p-1 text-muted-foreground hover:bg-muted hover:text-foreground"
          >
            <X aria-hidden className="size-4" />
          </Toast.Close>
        </Toast.Root>
      ))}
      <Toast.Viewport
        label={t('history.toast.all', { hotkey: 'F8' })}
        className="fixed right-4 bottom-4 z-[60] m-0 flex w-[min(26rem,calc(100vw-2rem))] list-none flex-col gap-2 p-0 outline-none print:hidden"
      />
    </Toast.Provider>
  );
}
