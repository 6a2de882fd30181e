import { type Metadata } from 'next';
import { getStore } from '@/lib/store/client';
import { listUsers } from '@/lib/store/users';
import { MayNot } from '@/app/_ui/access/may-not';
import { getAccess } from '@/app/_ui/access/server';
import { getWords } from '@/app/_ui/words/server';
import { Users } from '@/app/_features/settings/users';

export const dynamic = 'force-dynamic';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getWords()).t('signin.tabs.users') };
}

export default async function UsersPage() {
  if (!(await getAccess()).mayAdmin) return <MayNot needed="admin" />;
  return <Users users={await listUsers(await getStore())} />;
}
