import { type Metadata } from 'next';
import { cookies, headers } from 'next/headers';
import { notFound } from 'next/navigation';
import { cache } from 'react';
import { isSecure } from '@/lib/identity/connection';
import { openShare, publicIdOf, type OpenedShare } from '@/lib/sharing/share';
import { shownOf } from '@/lib/sharing/shared-run';
import { getStore } from '@/lib/store/client';
import { findJudgedRun } from '@/lib/judging/judge-run';
import { type StoredShare } from '@/lib/store/shares';
import { type Run } from '@/lib/model/run';
import { getWords } from '@/app/_ui/words/server';
import { descriptionOf } from '@/app/_features/share/description';
import { SharedComparison } from '@/app/_features/compare/shared-comparison';
import { SharedRun } from '@/app/_features/run/shared-run';
import { UnlockForm } from '@/app/_features/share/unlock-form';

export const dynamic = 'force-dynamic';

interface Props {
  params: Promise<{ token: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

const open = cache(async (token: string): Promise<OpenedShare> =>
  openShare(await getStore(), token, (await cookies()).toString(), Date.now()),
);

/** The runs of a link and its title, as its readers see them. */
const readRuns = cache(async (share: StoredShare): Promise<{ runs: Run[]; title: string }> => {
  const store = await getStore();
  const runs = await Promise.all(share.runs.map((id) => findJudgedRun(store, id)));
  const shown = runs.flatMap((run, position) =>
    run ? [{ run, as: shownOf(run, { publicId: publicIdOf(position), notes: share.notes }) }] : [],
  );
  return {
    runs: shown.map(({ run, as }) => as.run(run)),
    title: shown.reduce((title, { as }) => as.value(title), share.title),
  };
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { token } = await params;
  const opened = await open(token);
  if (opened.kind !== 'open' && opened.kind !== 'locked') return {};
  const { t, locale } = await getWords();
  const { runs, title: given } =
    opened.kind === 'open' ? await readRuns(opened.share) : { runs: [], title: '' };
  const title =
    opened.kind === 'locked'
      ? t('share.locked.title')
      : given || runs.map(({ name }) => name).join(' · ') || t('common.appName');
  const description = descriptionOf(opened.kind === 'locked' ? null : runs, t, locale);
  const asked = await headers();
  const images = [
    {
      url: `/api/share/${token}/image`,
      width: 1200,
      height: 630,
      alt: t('share.imageAlt'),
      type: 'image/png',
    },
  ];
  return {
    metadataBase: new URL(`${isSecure(asked) ? 'https' : 'http'}://${asked.get('host') ?? 'localhost'}`),
    title,
    description,
    robots: { index: false, follow: false },
    referrer: 'no-referrer',
    openGraph: { type: 'website', siteName: t('common.appName'), title, description, images },
    twitter: { card: 'summary_large_image', title, description, images },
  };
}

export default async function SharePage({ params, searchParams }: Props) {
  const { token } = await params;
  const opened = await open(token);
  // The proxy has answered for a link that has ended; it may have done so just now.
  if (opened.kind === 'unknown' || opened.kind === 'ended') notFound();
  if (opened.kind === 'locked') return <UnlockForm token={token} />;
  const { share } = opened;
  const { runs, title } = await readRuns(share);
  // The reader's own zoom, after a reload, stands over the view of the link.
  const search = new URLSearchParams(share.search);
  for (const [name, value] of Object.entries(await searchParams))
    if (typeof value === 'string') search.set(name, value);
  if (share.kind === 'comparison') {
    search.set('runs', share.runs.map((_id, position) => publicIdOf(position)).join(','));
    return <SharedComparison token={token} title={title} search={search.toString()} />;
  }
  const [run] = runs;
  if (!run) notFound();
  return <SharedRun token={token} run={run} search={search.toString()} />;
}
