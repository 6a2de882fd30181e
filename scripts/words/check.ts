import {
  isLiteralElement,
  isPluralElement,
  isPoundElement,
  isSelectElement,
  isTagElement,
  parse,
  type MessageFormatElement,
} from '@formatjs/icu-messageformat-parser';
import ts from 'typescript';

/** A language's sentences by their whole keys, such as `common.close`. */
export type Sentences = ReadonlyMap<string, string>;

/** The sentences of a file of `messages/`. */
export function sentencesOf(messages: object, path = ''): Sentences {
  return new Map(
    Object.entries(messages).flatMap(([key, value]: [string, unknown]) =>
      typeof value === 'object' && value !== null
        ? [...sentencesOf(value, `${path}${key}.`)]
        : [[`${path}${key}`, String(value)] as const],
    ),
  );
}

/** What a sentence has filled in: `name`, or `<b>` for a tag. Throws what is wrong with its syntax. */
function placeholdersOf(sentence: string): ReadonlySet<string> {
  const found = new Set<string>();
  const walk = (elements: MessageFormatElement[]): void => {
    for (const element of elements) {
      if (isTagElement(element)) {
        found.add(`<${element.value}>`);
        walk(element.children);
      } else if (isPluralElement(element) || isSelectElement(element)) {
        found.add(element.value);
        for (const { value } of Object.values(element.options)) walk(value);
      } else if (!isLiteralElement(element) && !isPoundElement(element)) {
        found.add(element.value);
      }
    }
  };
  walk(parse(sentence));
  return found;
}

/** What is wrong with a language against English: keys, syntax, placeholders, sentences that nobody translated. */
export function checkLanguage(locale: string, english: Sentences, own: Sentences): string[] {
  const problems: string[] = [];
  for (const [key, sentence] of own) {
    const original = english.get(key);
    if (original === undefined) problems.push(`${locale}: ${key} is no key of English`);
    else if (sentence.trim() === '') problems.push(`${locale}: ${key} is empty`);
    else
      try {
        const [theirs, ours] = [placeholdersOf(original), placeholdersOf(sentence)];
        const missing = [...theirs].filter((name) => !ours.has(name));
        const other = [...ours].filter((name) => !theirs.has(name));
        if (missing.length + other.length > 0)
          problems.push(
            `${locale}: ${key} has other placeholders than English: ${[...missing.map((name) => `no ${name}`), ...other].join(', ')}`,
          );
        if (locale !== 'en' && sentence === original && /[a-z]{3,} [a-z]{2,}/.test(sentence))
          problems.push(`${locale}: ${key} is copied, not translated`);
      } catch (error) {
        problems.push(`${locale}: ${key} is no message: ${(error as Error).message}`);
      }
  }
  for (const key of english.keys()) if (!own.has(key)) problems.push(`${locale}: ${key} is missing`);
  return problems;
}

/** What is wrong with the code's use of English: keys that no code names, values that are not a sentence's. */
export function checkUse(english: Sentences, files: readonly { path: string; text: string }[]): string[] {
  const problems: string[] = [];
  const used = new Set<string>();
  const groups: RegExp[] = [];
  const pattern = (parts: readonly string[]): RegExp =>
    new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.+')}$`);
  for (const { path, text } of files) {
    const visit = (node: ts.Node): void => {
      if (ts.isStringLiteralLike(node) && node.text.includes('.')) {
        used.add(node.text);
        if (!english.has(node.text)) groups.push(pattern([`${node.text}.`, '']));
      }
      if (ts.isTemplateExpression(node) && /^[\w-]+\./.test(node.head.text))
        groups.push(pattern([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]));
      if (ts.isCallExpression(node)) problems.push(...checkCall(english, node, path));
      node.forEachChild(visit);
    };
    // By its ending: what is a generic in one is an element in the other.
    ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true).forEachChild(visit);
  }
  for (const key of english.keys())
    if (!used.has(key) && !groups.some((group) => group.test(key))) problems.push(`en: ${key} is not used`);
  return problems;
}

/** Values of `t('a.key', { name })` against the placeholders of that key. */
function checkCall(english: Sentences, call: ts.CallExpression, path: string): string[] {
  const [key, values] = call.arguments;
  const sentence = key && ts.isStringLiteralLike(key) ? english.get(key.text) : undefined;
  const callee = call.expression.getText();
  // `code` is of a check whose limits are filled in when it refuses.
  if (!key || sentence === undefined || callee === 'code' || !/^\w+(\.(rich|markup))?$/.test(callee))
    return [];
  if (values && (!ts.isObjectLiteralExpression(values) || values.properties.some(ts.isSpreadAssignment)))
    return [];
  const given = new Set(values?.properties.map((property) => property.name?.getText() ?? ''));
  const asked = new Set([...placeholdersOf(sentence)].map((name) => name.replace(/[<>]/g, '')));
  // Whoever says a message tells its moments by the clock of their own (`say`).
  if (callee === 'message') asked.delete('clock');
  const wrong = [
    ...[...asked].filter((name) => !given.has(name)).map((name) => `no ${name}`),
    ...[...given].filter((name) => !asked.has(name)),
  ];
  const line = call.getSourceFile().getLineAndCharacterOfPosition(call.getStart()).line + 1;
  return wrong.length > 0
    ? [`${path}:${line}: values of ${key.getText()} are not those of its sentence: ${wrong.join(', ')}`]
    : [];
}
