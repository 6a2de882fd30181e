import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  isLiteralElement,
  isPluralElement,
  isSelectElement,
  isTagElement,
} from '@formatjs/icu-messageformat-parser';
import { parse, type MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { printAST } from '@formatjs/icu-messageformat-parser/printer.js';

/** A language that nobody speaks, by the tag that is kept for such. */
export const madeUpLocale = 'en-XA';

const circled = (text: string): string =>
  text
    .replace(/[a-z]/g, (letter) => String.fromCodePoint(letter.charCodeAt(0) - 97 + 0x24d0))
    .replace(/[A-Z]/g, (letter) => String.fromCodePoint(letter.charCodeAt(0) - 65 + 0x24b6));

/** English with each letter in a circle: what is still in plain letters is not from the catalogue. */
function madeUp(sentence: string): string {
  const change = (elements: MessageFormatElement[]): void => {
    for (const element of elements) {
      if (isLiteralElement(element)) element.value = circled(element.value);
      if (isTagElement(element)) change(element.children);
      if (isPluralElement(element) || isSelectElement(element))
        for (const { value } of Object.values(element.options)) change(value);
    }
  };
  const elements = parse(sentence);
  change(elements);
  return printAST(elements);
}

const translated = (messages: object): object =>
  Object.fromEntries(
    Object.entries(messages).map(([key, value]: [string, unknown]) => [
      key,
      typeof value === 'object' && value !== null ? translated(value) : madeUp(String(value)),
    ]),
  );

/** A folder of all languages with the made-up one among them, which is one file more and nothing else. */
export function messagesWithMadeUpLanguage(): string {
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-messages-'));
  cpSync('messages', folder, { recursive: true });
  const english = JSON.parse(readFileSync('messages/en.json', 'utf8')) as object;
  writeFileSync(join(folder, `${madeUpLocale}.json`), JSON.stringify(translated(english)));
  return folder;
}
