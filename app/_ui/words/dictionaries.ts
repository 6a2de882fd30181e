import { en, type Dictionary } from './en';
import { type Locale } from './locale';
import { zhHant } from './zh-hant';

export const dictionaries: Record<Locale, Dictionary> = { en, 'zh-Hant': zhHant };
