'use client';

import { X } from 'lucide-react';
import { Dialog as Primitive } from 'radix-ui';
import { type ReactNode } from 'react';
import { cn } from '@/app/_ui/cn';
import { useWords } from '@/app/_ui/words/provider';

export const Dialog = Primitive.Root;
export const DialogTrigger = Primitive.Trigger;
export const DialogClose = Primitive.Close;

const overlay = 'fixed inset-0 z-50 bg-black/40 backdrop-blur-[2px] dark:bg-black/60';

export function DialogContent({
  title,
  description,
  className,
  children,
}: {
  title: string;
  description?: ReactNode;
  className?: string;
  children?: ReactNode;
}) {
  return (
    <Primitive.Portal>
      <Primitive.Overlay className={overlay} />
      <Primitive.Content
        {...(description ? {} : { 'aria-describedby': undefined })}
        className={cn(
          'fixed top-[12vh] left-1/2 z-50 max-h-[80vh] w-[calc(100vw-2rem)] max-w-lg -translate-x-1/2 overflow-y-auto rounded-xl border bg-popover p-5 shadow-2xl',
          className,
        )}
      >
        <Primitive.Title className="pr-8 text-base font-semibold tracking-tight">{title}</Primitive.Title>
        {description && (
          <Primitive.Description className="mt-1.5 text-sm text-muted-foreground">
            {description}
          </Primitive.Description>
        )}
        {children}
        <CloseButton />
      </Primitive.Content>
    </Primitive.Portal>
  );
}

/** A panel at the right edge that leaves the page in use: for reading about what was chosen there. */
export function SidePanel({
  open,
  onOpenChange,
  title,
  children,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  children: ReactNode;
}) {
  return (
    <Primitive.Root open={open} onOpenChange={onOpenChange} modal={false}>
      <Primitive.Portal>
        <Primitive.Content
          aria-describedby={undefined}
          onInteractOutside={(event) => event.preventDefault()}
          className="fixed inset-x-0 bottom-0 z-40 max-h-[70vh] animate-[slide-in_160ms_ease-out] overflow-y-auto rounded-t-2xl border bg-popover p-5 shadow-2xl sm:inset-x-auto sm:top-16 sm:right-4 sm:bottom-auto sm:max-h-[calc(100vh-5rem)] sm:w-[380px] sm:rounded-xl"
        >
          <Primitive.Title className="pr-8 text-base font-semibold tracking-tight">{title}</Primitive.Title>
          {children}
          <CloseButton />
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}

function CloseButton() {
  const t = useWords();
  return (
    <Primitive.Close
      aria-label={t('common.close')}
      className="absolute top-4 right-4 rounded-md p-1 text-muted-foreground hover:bg-muted hover:text-foreground"
    >
      <X className="size-4" />
    </Primitive.Close>
  );
}
