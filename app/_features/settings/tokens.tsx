'use client';

import { Plus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { type ApiToken } from '@/lib/model/identity';
import { ProblemNotice } from '@/app/_ui/problem-notice';
import { Time } from '@/app/_ui/time';
import { Badge } from '@/app/_ui/primitives/badge';
import { Button } from '@/app/_ui/primitives/button';
import { Dialog, DialogClose, DialogContent } from '@/app/_ui/primitives/dialog';
import { api } from '@/app/_ui/data/api';
import { useAttempt } from '@/app/_ui/data/use-attempt';
import { useWords } from '@/app/_ui/words/provider';
import { MarkedRow } from '@/app/_ui/marked-row';
import { Table } from '@/app/_ui/table';
import { Section } from './section';
import { NewTokenDialog } from './new-token-dialog';

/** The API tokens, with a way to make and to revoke one. */
export function Tokens({ tokens, url, nowMs }: { tokens: readonly ApiToken[]; url: string; nowMs: number }) {
  const t = useWords();
  const [adding, setAdding] = useState(false);
  const [madeId, setMadeId] = useState<string | null>(null);
  const [revoking, setRevoking] = useState<ApiToken | null>(null);
  const stateOf = (token: ApiToken): [string, 'success' | 'neutral'] =>
    token.revokedAtMs !== null
      ? [t('signin.tokens.revoked'), 'neutral']
      : token.expiresAtMs !== null && token.expiresAtMs <= nowMs
        ? [t('signin.tokens.expired'), 'neutral']
        : [t('signin.tokens.inForce'), 'success'];
  return (
    <div className="max-w-5xl space-y-5">
      <Section
        title={t('signin.tokens.title')}
        text={t('signin.tokens.text')}
        action={
          <Button variant="primary" onClick={() => setAdding(true)}>
            <Plus />
            {t('signin.tokens.add')}
          </Button>
        }
      >
        {tokens.length === 0 ? (
          <p className="border-t px-4 py-10 text-center text-sm text-muted-foreground sm:px-5">
            {t('signin.tokens.empty')}
          </p>
        ) : (
          <Table
            stacked
            className="border-t"
            label={t('signin.tokens.title')}
            head={[
              t('signin.tokens.name'),
              t('signin.tokens.scope'),
              t('signin.tokens.owner'),
              t('signin.tokens.createdAt'),
              t('signin.tokens.expiry'),
              t('signin.tokens.lastUsed'),
              t('signin.tokens.state'),
              '',
            ]}
          >
            {tokens.map((token) => {
              const [words, tone] = stateOf(token);
              return (
                <MarkedRow key={token.id} isNew={token.id === madeId} data-token={token.name}>
                  <td className="max-w-56 truncate font-medium" title={token.name}>
                    {token.name}
                  </td>
                  <td>{t(`signin.tokens.scopes.${token.scope}`)}</td>
                  <td data-label={t('signin.tokens.owner')} className="text-muted-foreground">
                    {token.userName ?? '–'}
                  </td>
                  <td data-label={t('signin.tokens.createdAt')}>
                    <Time unixMs={token.createdAtMs} ago />
                  </td>
                  <td data-label={t('signin.tokens.expiry')}>
                    {token.expiresAtMs === null ? (
                      t('signin.tokens.never')
                    ) : (
                      <Time unixMs={token.expiresAtMs} />
                    )}
                  </td>
                  <td data-label={t('signin.tokens.lastUsed')}>
                    {token.lastUsedAtMs === null ? (
                      <span className="text-muted-foreground">{t('signin.tokens.neverUsed')}</span>
                    ) : (
                      <Time unixMs={token.lastUsedAtMs} ago />
                    )}
                  </td>
                  <td>
                    <Badge tone={tone}>{words}</Badge>
                  </td>
                  <td className="text-right">
                    {token.revokedAtMs === null && (
                      <Button size="sm" variant="danger" onClick={() => setRevoking(token)}>
                        {t('signin.tokens.revoke')}
                      </Button>
                    )}
                  </td>
                </MarkedRow>
              );
            })}
          </Table>
        )}
        <div className="border-t p-4 text-sm text-muted-foreground sm:p-5">
          <p>{t('signin.tokens.cli')}</p>
          <pre
            tabIndex={0}
            className="mt-2 overflow-x-auto rounded-lg border bg-muted/60 px-3 py-2 font-mono text-xs text-foreground"
          >{`SCALETRACE_URL=${url} SCALETRACE_TOKEN=… npx scaletrace run --service NAME --script tutorial --wait`}</pre>
        </div>
      </Section>
      <NewTokenDialog open={adding} onOpenChange={setAdding} onMade={({ id }) => setMadeId(id)} />
      <RevokeDialog token={revoking} onDone={() => setRevoking(null)} />
    </div>
  );
}

function RevokeDialog({ token, onDone }: { token: ApiToken | null; onDone: () => void }) {
  const t = useWords();
  const router = useRouter();
  const { busy, problem, attempt, setProblem } = useAttempt();
  const close = (): void => {
    setProblem(null);
    onDone();
  };
  const revoke = (): Promise<boolean> =>
    attempt(async () => {
      if (token) await api('DELETE /api/tokens/{id}', { params: { id: token.id } });
      onDone();
      router.refresh();
    });
  return (
    <Dialog open={token !== null} onOpenChange={(open) => !open && close()}>
      <DialogContent
        title={t('signin.tokens.revokeTitle', { name: token?.name ?? '' })}
        description={t('signin.tokens.revokeText')}
      >
        {problem && <ProblemNotice problem={problem} className="mt-4" />}
        <div className="mt-5 flex justify-end gap-2">
          <DialogClose asChild>
            <Button>{t('common.cancel')}</Button>
          </DialogClose>
          <Button variant="solidDanger" busy={busy} onClick={revoke}>
            {t('signin.tokens.revoke')}
          </Button>
        </div>
      </DialogContent>
    </Dialog>
  );
}
