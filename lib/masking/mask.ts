import { maskCode, maskPlain, secretsInCode } from './mask-text';
import { hideValues } from './mask-values';
import { masked } from './masked';
import { type ScriptFile } from '@/lib/model/script-files';
import { ownWordsOfRun, type OwnWords } from './own-words';
import { isSecretName, isSecretVariable } from './secret-names';

/** What masking reads of a run. */
export interface MaskedFrom {
  env: Record<string, string>;
  /** The variables that are no secret, as whoever asked for the run has said. */
  plainEnv?: readonly string[];
  options: Record<string, unknown>;
  scriptText: string;
  /** The files beside it, of which code is text. */
  files?: ScriptFile[];
}

/** Masks the secrets of one run, or of several. All of it can be done twice: what is masked stays as it is. */
export interface Mask {
  /** Words of any kind: a log line, a name, a reason, a note. */
  text: (text: string) => string;
  /** A script: strings that are given to something named like a secret are masked as well. */
  script(text: string): string;
  /** Variables: only those that are marked as plain keep their values. */
  env(env: Record<string, string>): Record<string, string>;
  /** Every string in a value, at any depth, and all of what stands under a secret's name. Numbers stay. */
  value<T>(value: T): T;
  /** The same where our own names, words and ids must stay as they are, so that the shape does: `own`, a run's unless given. */
  shape<T>(value: T, own?: OwnWords): T;
}

/**
 * Finds the secrets of runs (values of variables but for those marked as plain, of options that are named like a secret,
 * and what a script gives to such a name or to a header) and masks them wherever they occur, also as JSON, in an address
 * or in base64; credentials that tell themselves (bearer tokens, private keys, user and password in an address) are
 * masked without being known.
 */
export function maskOf(...runs: readonly MaskedFrom[]): Mask {
  const secrets: string[] = [];
  const perhaps: string[] = [];
  const plain = new Set(runs.flatMap(({ plainEnv = [] }) => plainEnv));
  for (const { env, plainEnv = [], options, scriptText, files = [] } of runs) {
    for (const [name, value] of Object.entries(env))
      if (!plainEnv.includes(name)) (isSecretVariable(name) ? secrets : perhaps).push(value);
    const code = [scriptText, ...files.flatMap(({ text }) => text ?? [])];
    secrets.push(...valuesUnderSecretNames(options), ...code.flatMap(secretsInCode));
  }
  const hide = hideValues(secrets, perhaps);
  const text = (all: string): string => maskPlain(hide(all));
  const walk = (item: unknown, own: OwnWords): unknown => {
    if (typeof item === 'string') return own.has(item) ? item : text(item);
    if (Array.isArray(item)) return item.map((inner) => walk(inner, own));
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(
      Object.entries(item).map(([name, inner]: [string, unknown]) => {
        if (own.has(name))
          return [name, isOwnKey(name) && typeof inner === 'string' ? inner : walk(inner, own)];
        return [hide(name), isSecretName(name) ? maskAll(inner) : walk(inner, own)];
      }),
    );
  };
  return {
    text,
    script: (code) => maskCode(hide(code)),
    env: (env) =>
      Object.fromEntries(
        Object.entries(env).map(([name, value]) => [name, plain.has(name) ? hide(value) : maskAll(value)]),
      ) as Record<string, string>,
    value: <T>(item: T): T => walk(item, nothing) as T,
    shape: <T>(item: T, own: OwnWords = ownWordsOfRun()): T => walk(item, own) as T,
  };
}

const nothing: OwnWords = new Set();

/** Fields that hold an id, a code or a place of ours, and never a user's words. */
function isOwnKey(name: string): boolean {
  return /^(id|code|cursor)$|(Id|Code)$/.test(name);
}

/** The same run with its secrets masked: script, variables, options, name, notes and all other words in it. */
export function maskRun<R extends MaskedFrom>(run: R, mask = maskOf(run), own?: OwnWords): R {
  const { scriptText, files, env, options, plainEnv, ...rest } = run;
  return {
    ...mask.shape(rest, own),
    ...(plainEnv === undefined ? {} : { plainEnv }),
    env: mask.env(env),
    options: mask.value(options),
    scriptText: mask.script(scriptText),
    ...(files === undefined ? {} : { files: maskFiles(files, mask) }),
  } as R;
}

/** Files beside a script: code masked as a script is, and no hash, by which a short content could be guessed. */
export function maskFiles(files: readonly ScriptFile[], mask: Mask): ScriptFile[] {
  return files.map(({ path, bytes, text }) => ({
    path: mask.text(path),
    bytes,
    text: text && mask.script(text),
    sha256: '',
  }));
}

function maskAll(item: unknown): unknown {
  if (typeof item === 'string') return item === '' ? '' : masked;
  if (Array.isArray(item)) return item.map(maskAll);
  if (typeof item !== 'object' || item === null) return item;
  return Object.fromEntries(
    Object.entries(item).map(([name, inner]: [string, unknown]) => [name, maskAll(inner)]),
  );
}

function valuesUnderSecretNames(item: unknown, secret = false): string[] {
  if (typeof item === 'string') return secret ? [item] : [];
  if (typeof item !== 'object' || item === null) return [];
  return Object.entries(item).flatMap(([name, inner]: [string, unknown]) =>
    valuesUnderSecretNames(inner, secret || isSecretName(name)),
  );
}
