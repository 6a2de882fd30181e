'use client';

import { FileUp, KeyRound } from 'lucide-react';
import { useRef } from 'react';
import { type ClientCertificateInput, type ClientCertificateShown } from '@/lib/model/client-certificate';
import { Button } from '@/app/_ui/primitives/button';
import { describedBy, Field, Textarea } from '@/app/_ui/primitives/field';
import { useWords } from '@/app/_ui/words/provider';
import { useCertificateWords } from './certificate-words';

/** What is to be done with a service's client certificate: stay, go, or be the one that is entered. */
export type ClientChoice = 'keep' | 'remove' | ClientCertificateInput;

export const noClient: ClientCertificateInput = { certificate: '', key: '' };

/** As the API takes it: absent where nothing is to change. */
export function clientInput(choice: ClientChoice): { gatewayClient?: ClientCertificateInput | null } {
  if (choice === 'keep') return {};
  if (choice === 'remove') return { gatewayClient: null };
  return choice.certificate.trim() === '' && choice.key.trim() === '' ? {} : { gatewayClient: choice };
}

/** A client certificate and its key: the one that is kept, or two fields for PEM, pasted or from a file. */
export function ClientCertificateFields({
  prefix,
  kept,
  choice,
  onChange,
  errorOf,
}: {
  prefix: string;
  kept: ClientCertificateShown | null | undefined;
  choice: ClientChoice;
  onChange: (choice: ClientChoice) => void;
  errorOf: (path: string) => string | undefined;
}) {
  const t = useWords();
  const { until } = useCertificateWords();
  if (typeof choice === 'string')
    return (
      <div className="sm:col-span-2" data-client-certificate={choice}>
        <p className="mb-1.5 text-sm font-medium">{t('services.fields.gatewayClientCertificate')}</p>
        <div className="flex flex-wrap items-center gap-2.5 rounded-lg border px-3 py-2.5 text-sm">
          <KeyRound aria-hidden className="size-4 shrink-0 text-muted-foreground" />
          <p className="min-w-0 flex-1 basis-60 break-words">
            {choice === 'remove' || !kept
              ? t('services.fields.gatewayClientGone')
              : t('services.fields.gatewayClientKept', { ...kept, until: until(kept) })}
          </p>
          {choice === 'remove' ? (
            <Button size="sm" onClick={() => onChange('keep')}>
              {t('services.fields.gatewayClientKeep')}
            </Button>
          ) : (
            <>
              <Button size="sm" onClick={() => onChange(noClient)}>
                {t('services.fields.gatewayClientReplace')}
              </Button>
              <Button size="sm" onClick={() => onChange('remove')}>
                {t('services.fields.gatewayClientRemove')}
              </Button>
            </>
          )}
        </div>
      </div>
    );
  const part = (name: keyof ClientCertificateInput) => {
    const id = `${prefix}-gatewayClient-${name}`;
    const field = name === 'key' ? 'gatewayClientKey' : 'gatewayClientCertificate';
    const hint = t(`services.fields.${field}Hint`);
    const error = errorOf(`gatewayClient.${name}`);
    const change = (text: string): void => onChange({ ...choice, [name]: text });
    return (
      <Field
        id={id}
        label={t(`services.fields.${field}`)}
        hint={hint}
        error={error}
        className="sm:col-span-2"
        action={<FromFile label={t(`services.fields.${field}`)} onText={change} />}
      >
        <Textarea
          rows={3}
          spellCheck={false}
          autoComplete="off"
          className="font-mono text-xs"
          value={choice[name]}
          onChange={({ target }) => change(target.value)}
          {...describedBy(id, error, hint)}
        />
      </Field>
    );
  };
  return (
    <>
      {part('certificate')}
      {part('key')}
      {kept && (
        <p className="sm:col-span-2">
          <Button size="sm" onClick={() => onChange('keep')}>
            {t('services.fields.gatewayClientKeep')}
          </Button>
        </p>
      )}
    </>
  );
}

function FromFile({ label, onText }: { label: string; onText: (text: string) => void }) {
  const t = useWords();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button size="sm" variant="ghost" onClick={() => input.current?.click()}>
        <FileUp />
        {t('services.fields.fromFile')}
      </Button>
      <input
        ref={input}
        type="file"
        accept=".pem,.crt,.cer,.key,application/x-pem-file"
        aria-label={`${label}: ${t('services.fields.fromFile')}`}
        className="sr-only"
        tabIndex={-1}
        onChange={async ({ target }) => {
          const text = await target.files?.[0]?.text();
          // The same file may be chosen again after it was changed.
          target.value = '';
          if (text !== undefined) onText(text);
        }}
      />
    </>
  );
}
