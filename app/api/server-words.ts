import { storyIn } from '@/app/_ui/words/words-of-data';
import { type ServerWords } from '@/lib/api/mount';

/** The words that the API needs where it writes for people and the catalogue does not have them. */
export const serverWords: ServerWords = { story: storyIn };
