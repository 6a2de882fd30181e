'use client';

import { DropdownMenu } from 'radix-ui';
import { type ComponentProps } from 'react';
import { cn } from '@/app/_ui/cn';

export const Menu = DropdownMenu.Root;
export const MenuTrigger = DropdownMenu.Trigger;
export const MenuRadioGroup = DropdownMenu.RadioGroup;

export function MenuContent({ className, ...props }: ComponentProps<typeof DropdownMenu.Content>) {
  return (
    <DropdownMenu.Portal>
      <DropdownMenu.Content
        align="end"
        sideOffset={6}
        className={cn(
          'z-50 min-w-40 animate-[pop-in_120ms_ease-out] rounded-lg border bg-popover p-1 shadow-xl',
          className,
        )}
        {...props}
      />
    </DropdownMenu.Portal>
  );
}

const item =
  'flex cursor-pointer items-center gap-2 rounded-md px-2.5 py-1.5 text-sm outline-none data-[disabled]:pointer-events-none data-[disabled]:opacity-50 data-[highlighted]:bg-muted [&_svg]:size-4 [&_svg]:text-muted-foreground';

export function MenuItem({ className, ...props }: ComponentProps<typeof DropdownMenu.Item>) {
  return <DropdownMenu.Item className={cn(item, className)} {...props} />;
}

export function MenuRadioItem({
  className,
  children,
  ...props
}: ComponentProps<typeof DropdownMenu.RadioItem>) {
  return (
    <DropdownMenu.RadioItem className={cn(item, className)} {...props}>
      {children}
      <DropdownMenu.ItemIndicator className="ml-auto pl-4 text-primary">✓</DropdownMenu.ItemIndicator>
    </DropdownMenu.RadioItem>
  );
}
