'use client';

import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/app/_ui/primitives/button';
import { useWords } from '@/app/_ui/words/provider';

/** The configuration to paste. */
export function YamlPanel({ yaml }: { yaml: string }) {
  const t = useWords();
  const [state, setState] = useState<{ yaml: string; copied: boolean } | null>(null);
  const copy = async (): Promise<void> => {
    try {
      // A page that is neither on loopback nor on HTTPS has no clipboard at all.
      await navigator.clipboard.writeText(yaml);
      setState({ yaml, copied: true });
    } catch {
      setState({ yaml, copied: false });
    }
  };
  const current = state?.yaml === yaml ? state : null;
  return (
    <section className="panel min-w-0">
      <div className="flex flex-wrap items-center justify-between gap-2 border-b px-4 py-2.5">
        <h2 className="text-sm font-semibold">{t('whatif.yaml.title')}</h2>
        <Button size="sm" onClick={() => void copy()}>
          {current?.copied ? <Check /> : <Copy />}
          {t('whatif.yaml.copy')}
        </Button>
        <p role="status" className="sr-only">
          {current?.copied ? t('whatif.yaml.copied') : ''}
        </p>
      </div>
      {current?.copied === false && (
        <p className="px-4 pt-2 text-xs text-danger">{t('whatif.yaml.failed')}</p>
      )}
      <pre tabIndex={0} data-yaml className="overflow-x-auto p-4 font-mono text-xs leading-relaxed">
        {yaml}
      </pre>
    </section>
  );
}
