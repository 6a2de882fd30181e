'use client';

import { Download } from 'lucide-react';
import { type ScriptFile } from '@/lib/model/script-files';
import { formatBytes } from '@/lib/words/format';
import { useAccess } from './access/provider';
import { api } from './data/api';
import { LazyCodeEditor } from './lazy-code-editor';
import { useLocale, useWords } from './words/provider';

/** The files beside a script's own: code opens to be read, and what else there is can be downloaded by who may run it. */
export function ScriptFileList({ files }: { files: readonly ScriptFile[] }) {
  const t = useWords();
  const locale = useLocale();
  const { mayRun } = useAccess();
  if (files.length === 0) return <p className="text-sm text-muted-foreground">{t('script.noFiles')}</p>;
  return (
    <ul className="divide-y rounded-lg border" data-script-files>
      {files.map(({ path, bytes, text, sha256 }) => {
        const size = <span className="tabular text-muted-foreground">{formatBytes(bytes, locale)}</span>;
        return (
          <li key={path} className="px-3 py-1.5 text-xs">
            {text !== null ? (
              <details>
                <summary className="cursor-pointer">
                  <span className="inline-flex w-[calc(100%-1.5rem)] justify-between gap-3 align-top">
                    <span className="font-mono break-all">{path}</span>
                    {size}
                  </span>
                </summary>
                <div className="py-2">
                  <LazyCodeEditor label={path} value={text} readOnly />
                </div>
              </details>
            ) : (
              <div className="flex flex-wrap items-center justify-between gap-x-3">
                <span className="min-w-0 font-mono break-all">{path}</span>
                <span className="inline-flex items-center gap-3">
                  {mayRun && sha256 !== '' && (
                    <a
                      className="inline-flex items-center gap-1.5 underline underline-offset-2"
                      href={api.address('GET /api/script-files/{sha256}', { params: { sha256 } })}
                      download={path.split('/').at(-1)}
                      aria-label={t('artefacts.downloadOf', { name: path })}
                    >
                      <Download aria-hidden className="size-4" />
                      {t('artefacts.download')}
                    </a>
                  )}
                  {size}
                </span>
              </div>
            )}
          </li>
        );
      })}
    </ul>
  );
}
