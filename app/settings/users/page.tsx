import { type Metadata } from 'next';
import { getStore } from '@/lib/store/client';
import { listUsers } from '@/lib/store/users';
import { MayNot } from '../../_access/may-not';
import { getAccess } from '../../_access/server';
import { getDictionary } from '../../_i18n/server';
import { Users } from './users';

export const dynamic = 'force-dynamic';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getDictionary()).t.signin.tabs.users };
}

export default async function UsersPage() {
  if (!(await getAccess()).mayAdmin) return <MayNot needed="admin" />;
  return <Users users={await listUsers(await getStore())} />;
}
