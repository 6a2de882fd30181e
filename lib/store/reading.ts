import { clientOf, type DatabaseToRead, type Store } from './client';
import { PostgresAdapter } from './postgres/adapter';
import { ReadingAdapter } from './thread-adapter';

const patienceMs = 5000;

/** Opens what `readingInput` gives, only to read it, by connections of its own. The caller disconnects it. */
export function openToRead({ url, reader }: DatabaseToRead): Promise<Store> {
  return clientOf(reader ? new ReadingAdapter(reader) : new PostgresAdapter(url, patienceMs, true));
}
