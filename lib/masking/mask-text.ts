import { masked } from './masked';
import { isSecretName } from './secret-names';

/** Credentials that tell themselves, whatever their name. */
const credentials: [RegExp, string][] = [
  [
    /-----BEGIN ([A-Z ]*PRIVATE KEY)-----[\s\S]*?(?:-----END \1-----|$)/g,
    `-----BEGIN $1-----${masked}-----END $1-----`,
  ],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, masked],
  [
    /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|sk-[\w-]{16,}|AKIA[A-Z0-9]{12,}|AIza[\w-]{30,})/g,
    masked,
  ],
  // A scheme and what follows it; words of a sentence ("basic auth") are shorter or have no digit.
  [/\b(bearer|basic|digest|negotiate)(\s+)(?!•)(?=[\w.~+/-]*[0-9=_.])[\w.~+/-]{6,}=*/gi, `$1$2${masked}`],
  // user:password@host
  [/(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:@/"'`]{0,200}:)(?!•)[^\s@/"'`]{1,500}(?=@)/gi, `$1${masked}`],
];

/** Masks what can be told to be secret in words of any kind: `token=…`, `"password": "…"`, `Authorization: Bearer …`. */
export function maskPlain(text: string): string {
  const named = maskLiterals(text, true).text;
  return maskCredentials(named)
    .replace(/(authorization\s*[=:]\s*)(?!["'`\\])[^\r\n]+/gi, (all, name: string) =>
      all.startsWith(`${name}${masked}`) ? all : `${name}${masked}`,
    )
    .replace(
      /((?<![\w$])[A-Za-z_$][\w$.-]{0,80})(\s{0,20}[=:]\s{0,20})(?![\s"'`\\•]|\/\/)([^\s"'`&;,<>(){}[\]]+)/g,
      (all, name: string, sign: string) => (isSecretName(name) ? `${name}${sign}${masked}` : all),
    );
}

/** Masks a script: what it gives to names of secrets, also in addresses and comments. What it computes stays readable. */
export function maskCode(code: string): string {
  return maskCredentials(maskLiterals(code, false).text)
    .replace(/([?&"'`])([\w.-]{1,80})=(?![•$])([^&\s"'`#;,)]+)/g, (all, before: string, name: string) =>
      isSecretName(name) ? `${before}${name}=${masked}` : all,
    )
    .replace(
      /(^|\s)(\/\/|#|\*)(.*)$/gm,
      (_all, before: string, sign: string, comment: string) => `${before}${sign}${maskPlain(comment)}`,
    );
}

/** The strings that a script gives to names of secrets, without a scheme such as `Bearer`. */
export function secretsInCode(code: string): string[] {
  return maskLiterals(code, false)
    .found.map((value) => value.replace(scheme, ''))
    .filter((value) => value.length >= 6);
}

function maskCredentials(text: string): string {
  return credentials.reduce((masking, [pattern, replacement]) => masking.replace(pattern, replacement), text);
}

const scheme = /^\s*(bearer|basic|digest|token|apikey|negotiate)\s+/i;

/** A name, perhaps quoted or the end of a path, and what gives it a value: `=`, `: type =`, `:`, `,` after a quoted one, `||`, `??`. */
const given =
  /(\\{0,8}["'`])?(?<![\w$])([A-Za-z_$][\w$.-]{0,80})(\\{0,8}["'`])?\s{0,20}[\])]?\s{0,20}(?:(:\s{0,20}[A-Za-z][\w.<>[\]| ]{0,60}=)(?!=)|[=!]==?|\|\||\?\?|[=:,])(?!>)/g;

/** Masks string literals that are given to names of secrets. `directly`: only one that follows at once; else all of the expression. */
function maskLiterals(text: string, directly: boolean): { text: string; found: string[] } {
  const found: string[] = [];
  let result = '';
  let done = 0;
  let scannedTo = 0;
  given.lastIndex = 0;
  for (let match: RegExpExecArray | null; (match = given.exec(text));) {
    const [all, open, name, close, typed] = match;
    const isList = all.endsWith(',');
    const inAddress =
      all.endsWith('=') &&
      close === undefined &&
      (open !== undefined || '?&'.includes(text[match.index - 1] ?? ' '));
    const isHeaders = !directly && (/headers$/i.test(name!) || isHeaderOf(text, match.index, name!));
    if (
      match.index < scannedTo ||
      !(isHeaders || isSecretName(name!)) ||
      inAddress ||
      (isList && (open === undefined || close === undefined)) ||
      (typed !== undefined && open !== undefined)
    )
      continue;
    const start = match.index + all.length;
    const expression = isList || directly ? literalAt(text, start) : literalsOfExpression(text, start);
    scannedTo = Math.max(scannedTo, expression.scannedTo);
    for (const { from, to, quote } of expression.literals) {
      if (from < done || (isHeaders && isOpenHeader(text, from, to))) continue;
      const content = text.slice(from, to);
      const replaced = maskLiteral(content, quote);
      if (replaced !== content) found.push(content);
      result += text.slice(done, from) + replaced;
      done = to;
    }
  }
  return { text: result + text.slice(done), found };
}

/** Headers whose values are nobody's secret. */
const openHeaders =
  /^(accept(-\w+)?|content-(type|length|encoding|language)|user-agent|host|cache-control|connection|origin|range)$/i;

/** Whether a name stands for one header: `headers['X-Name'] =`, `headers.set('X-Name',`. */
function isHeaderOf(text: string, at: number, name: string): boolean {
  return (
    /headers\s{0,9}(\[|\.(set|append)\s{0,9}\()\s{0,9}$/i.test(text.slice(Math.max(0, at - 60), at)) &&
    !openHeaders.test(name)
  );
}

/** Whether a literal among headers is a header's name, or the value of one that is open. */
function isOpenHeader(text: string, from: number, to: number): boolean {
  if (/^["'`]\s{0,9}[:\]]/.test(text.slice(to, to + 12))) return true;
  const [, name = ''] =
    /([\w-]+)["'`]?\s{0,9}\]?\s{0,9}[:=,]\s{0,9}["'`]$/.exec(text.slice(Math.max(0, from - 80), from)) ?? [];
  return openHeaders.test(name);
}

/** What is left of a literal's content: its scheme, what it takes from elsewhere (`${…}`), a path; nothing else. */
function maskLiteral(content: string, quote: string): string {
  const lead = scheme.exec(`${content} `)?.[0].trimEnd() ?? '';
  const rest = content.slice(lead.length);
  if (rest.trim() === '' || rest.trim() === masked) return content;
  if (quote === '`' && /\$\{/.test(rest)) {
    const fixed = rest.replace(/\$\{[^}"'`]*\}/g, '').trim();
    if (fixed === '' || /^\/[\w/.-]*$/.test(fixed)) return content;
  }
  if (/^https?:\/\/[^\s:@?]*$/.test(content)) return content;
  return `${lead}${lead === '' ? '' : ' '}${masked}`;
}

interface Literal {
  from: number;
  to: number;
  quote: string;
}

interface Literals {
  literals: Literal[];
  /** Up to here every literal was seen. */
  scannedTo: number;
}

const quotes = '\\"\'`';
const longestExpression = 4000;

/** The string literals from a place to the end of the expression there: a comma, semicolon, bracket or line that ends it. */
function literalsOfExpression(text: string, start: number): Literals {
  const literals: Literal[] = [];
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    // A longer one is looked at in pieces, so that the time stays in proportion to the text.
    if (i - start > longestExpression) return { literals, scannedTo: start + longestExpression / 2 };
    const character = text[i]!;
    const literal = readLiteral(text, i);
    if (literal) {
      literals.push(literal);
      i = literal.end - 1;
    } else if (character === '(' || character === '[' || character === '{') depth++;
    else if (character === ')' || character === ']' || character === '}') {
      if (depth-- === 0) return { literals, scannedTo: i };
    } else if (
      depth === 0 &&
      (character === ',' || character === ';' || (character === '\n' && !goesOn(text, i)))
    )
      return { literals, scannedTo: i };
  }
  return { literals, scannedTo: text.length };
}

/** Whether the expression goes on after this line: an operator ends it or begins the next one. */
function goesOn(text: string, lineEnd: number): boolean {
  return (
    /[=:+?(,|&]\s*$/.test(text.slice(Math.max(0, lineEnd - 40), lineEnd)) ||
    /^\s*[+?:.|&]/.test(text.slice(lineEnd, lineEnd + 200))
  );
}

/** The literal that follows at once. */
function literalAt(text: string, start: number): Literals {
  const at = start + /^\s{0,200}/.exec(text.slice(start, start + 200))![0].length;
  const literal = readLiteral(text, at);
  return { literals: literal ? [literal] : [], scannedTo: 0 };
}

/** The literal that begins here, its quotes perhaps escaped; null if none does. */
function readLiteral(text: string, at: number): (Literal & { end: number }) | null {
  const opened = quotes.includes(text[at] ?? ' ') ? /^(\\{0,8})(["'`])/.exec(text.slice(at, at + 9)) : null;
  if (!opened) return null;
  const [opening, slashes, quote] = opened;
  const from = at + opening.length;
  const to = slashes === '' ? endOfLiteral(text, from, quote!) : endOfEscaped(text, from, opening);
  return { from, to, quote: quote!, end: to + opening.length };
}

function endOfLiteral(text: string, from: number, quote: string): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === quote) return i;
    else if (text[i] === '\n' && quote !== '`') return i;
  }
  return text.length;
}

function endOfEscaped(text: string, from: number, opening: string): number {
  for (let i = text.indexOf(opening, from); i !== -1; i = text.indexOf(opening, i + 1))
    if (text[i - 1] !== '\\') return i;
  return text.length;
}
