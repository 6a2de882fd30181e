import { type Locale } from '@/lib/words/locale';
import { wordsGlobal, type Messages } from '@/lib/words/words';

const shared = globalThis as typeof globalThis & { [wordsGlobal]?: Map<Locale, Messages> };

/**
 * The words of languages that are there: in a browser by the script that a page brings; on the server, where Next loads what
 * makes a page apart from what draws its client components, by the one for the other.
 */
export const offered = (shared[wordsGlobal] ??= new Map<Locale, Messages>());
