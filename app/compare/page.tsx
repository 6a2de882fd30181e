import { type Metadata } from 'next';
import { getWords } from '@/app/_ui/words/server';
import { CompareScreen } from '@/app/_features/compare/compare-screen';

export async function generateMetadata(): Promise<Metadata> {
  const { t } = await getWords();
  return { title: t('compare.title') };
}

export default async function ComparePage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const pairs = Object.entries(await searchParams).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value]] : [],
  );
  const search = new URLSearchParams(pairs).toString();
  return <CompareScreen key={search} search={search} />;
}
