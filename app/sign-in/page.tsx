import { type Metadata } from 'next';
import { redirect } from 'next/navigation';
import { getAccess } from '@/app/_ui/access/server';
import { Logo } from '@/app/_ui/shell/logo';
import { getWords } from '@/app/_ui/words/server';
import { ownPage } from '@/lib/identity/own-page';
import { SignInForm } from '@/app/_features/sign-in/sign-in-form';

export const dynamic = 'force-dynamic';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getWords()).t('signin.title'), robots: { index: false } };
}

export default async function SignInPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { t } = await getWords();
  const next = ownPage((await searchParams).next);
  if ((await getAccess()).role !== null) redirect(next);
  return (
    <div className="mx-auto mt-[8vh] max-w-sm">
      <div className="panel p-6 sm:p-8">
        <Logo className="size-9" />
        <h1 className="mt-5 text-xl font-semibold tracking-tight">{t('signin.title')}</h1>
        <p className="mt-1 text-sm text-muted-foreground">{t('signin.subtitle')}</p>
        <SignInForm next={next} />
      </div>
      <p className="mt-4 px-2 text-center text-xs text-muted-foreground">{t('signin.forgotten')}</p>
    </div>
  );
}
