import { type Metadata } from 'next';
import { headers } from 'next/headers';
import { may } from '@/lib/identity/caller';
import { isSecure } from '@/lib/identity/connection';
import { getStore } from '@/lib/store/client';
import { listTokens } from '@/lib/store/tokens';
import { getCaller, requestTimeMs } from '@/app/_ui/access/server';
import { getWords } from '@/app/_ui/words/server';
import { Tokens } from '@/app/_features/settings/tokens';

export const dynamic = 'force-dynamic';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getWords()).t('signin.tabs.tokens') };
}

export default async function TokensPage() {
  const caller = await getCaller();
  const tokens = await listTokens(
    await getStore(),
    may(caller, 'admin') ? null : caller.kind === 'user' ? caller.userId : '',
  );
  const request = await headers();
  return (
    <Tokens
      tokens={tokens}
      url={`${isSecure(request) ? 'https' : 'http'}://${request.get('host') ?? '127.0.0.1'}`}
      nowMs={requestTimeMs()}
    />
  );
}
