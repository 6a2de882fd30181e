import { isPostgres } from '@/lib/environment/database-url';
import { clientOf, type Store } from './client';
import { PostgresAdapter } from './postgres/adapter';
import { ReadingAdapter } from './thread-adapter';

const patienceMs = 5000;

/** Opens a database whose schema is up to date only to read it, by connections of its own. The caller disconnects it. */
export function openToRead(url: string): Promise<Store> {
  return clientOf(isPostgres(url) ? new PostgresAdapter(url, patienceMs, true) : new ReadingAdapter(url));
}
