import { type Metadata } from 'next';
import { PageHeader } from '@/app/_ui/page-header';
import { getWords } from '@/app/_ui/words/server';
import { FileWhatIf } from '@/app/_features/what-if/file-what-if';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getWords()).t('whatif.title') };
}

export default async function FileWhatIfPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { t } = await getWords();
  const search = new URLSearchParams(
    Object.entries(await searchParams).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );
  return (
    <>
      <PageHeader title={t('whatif.fileTitle')} subtitle={t('whatif.fileSubtitle')} />
      <FileWhatIf search={search.toString()} />
    </>
  );
}
