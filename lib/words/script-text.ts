import { type Script } from '@/lib/model/script';
import { wordsOf } from './catalogue';
import { fallbackLocale } from './locale';
import { nameIn, type Words } from './words';

/**
 * A script that ships with what it says of itself in the reader's language. A user's own stays as it was written, and so
 * does a sentence that was changed in the file: what is said of it in other languages may no longer be true.
 */
export function scriptIn<S extends Pick<Script, 'name' | 'title' | 'question' | 'parameters' | 'origin'>>(
  t: Words,
  script: S,
): S {
  if (script.origin !== 'shipped') return script;
  const group = `shippedScripts.${script.name}`;
  const english = wordsOf(fallbackLocale);
  const said = (name: string, written: string, within = group): string =>
    nameIn(english, within, name) === written ? nameIn(t, within, name) : written;
  return {
    ...script,
    title: said('title', script.title),
    question: said('question', script.question),
    parameters: script.parameters.map((parameter) => ({
      ...parameter,
      description: said(parameter.name, parameter.description, `${group}.env`),
    })),
  };
}
