'use client';

import { FileCode2, FileText, Play, X } from 'lucide-react';
import { Badge } from '@/app/_ui/primitives/badge';
import { Button } from '@/app/_ui/primitives/button';
import { cn } from '@/app/_ui/cn';
import { useLocale, useWords } from '@/app/_ui/words/provider';
import { isCodePath, isScriptPath } from '@/lib/model/script-files';
import { formatBytes } from '@/lib/words/format';
import { naturalOrder } from '@/lib/model/natural-order';
import { type Folder } from './draft';

/** The files of a script that is more than one: each is opened in the editor, is where k6 starts, or is left out. */
export function ScriptFiles({
  folder,
  text,
  opened,
  wrong,
  onOpen,
  onStartWith,
  onRemove,
}: {
  folder: Folder;
  /** That of the file that k6 starts with. */
  text: string;
  opened: string;
  /** Paths of files in which k6 refuses something. */
  wrong: readonly string[];
  onOpen: (path: string) => void;
  onStartWith: (path: string) => void;
  onRemove: (path: string) => void;
}) {
  const t = useWords();
  const locale = useLocale();
  const entry = { path: folder.entry, bytes: new TextEncoder().encode(text).length };
  const rows = [entry, ...[...folder.files].sort((a, b) => naturalOrder(a.path, b.path))];
  return (
    <section aria-label={t('newRun.files.title')}>
      <h3 className="mb-2 text-sm font-semibold">{t('newRun.files.title')}</h3>
      <ul className="max-h-72 divide-y overflow-y-auto rounded-lg border" data-script-files>
        {rows.map(({ path, bytes }) => {
          const isEntry = path === folder.entry;
          const Icon = isCodePath(path) ? FileCode2 : FileText;
          return (
            <li
              key={path}
              className={cn('flex items-center gap-x-3 px-3 py-1.5', path === opened && 'bg-muted/60')}
            >
              <button
                type="button"
                aria-pressed={path === opened}
                className={cn(
                  'inline-flex min-w-0 flex-1 items-center gap-2 text-left font-mono text-xs hover:underline',
                  wrong.includes(path) && 'text-danger',
                )}
                onClick={() => onOpen(path)}
              >
                <Icon aria-hidden className="size-4 shrink-0 text-muted-foreground" />
                <span className="min-w-0 break-all">{path}</span>
              </button>
              {isEntry && (
                <Badge tone="info" className="shrink-0">
                  {t('newRun.files.entry')}
                </Badge>
              )}
              <span className="tabular shrink-0 text-xs text-muted-foreground">
                {formatBytes(bytes, locale)}
              </span>
              {!isEntry && isScriptPath(path) && (
                <Button
                  size="iconSm"
                  variant="ghost"
                  title={t('newRun.files.startWith', { path })}
                  aria-label={t('newRun.files.startWith', { path })}
                  onClick={() => onStartWith(path)}
                >
                  <Play />
                </Button>
              )}
              {!isEntry && (
                <Button
                  size="iconSm"
                  variant="ghost"
                  title={t('newRun.files.remove', { path })}
                  aria-label={t('newRun.files.remove', { path })}
                  onClick={() => onRemove(path)}
                >
                  <X />
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      <p className="mt-1.5 text-xs text-muted-foreground">{t('newRun.files.hint')}</p>
    </section>
  );
}
