import { type Store } from './client';
import { PrismaClient } from './generated/client';
import { ReadingAdapter } from './thread-adapter';

/** Opens a database file whose schema is up to date only to read it, from a thread of its own. The caller disconnects it. */
export function openToRead(url: string): Store {
  return new PrismaClient({ adapter: new ReadingAdapter(url) });
}
