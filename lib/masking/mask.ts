import { maskCode, maskPlain, secretsInCode } from './mask-text';
import { hideValues } from './mask-values';
import { masked } from './masked';
import { isSecretName } from './secret-names';

/** What masking reads of a run. */
export interface MaskedFrom {
  env: Record<string, string>;
  options: Record<string, unknown>;
  scriptText: string;
}

/** Masks one run's secrets. All of it can be done twice: what is masked stays as it is. */
export interface Mask {
  /** Words of any kind: a log line, a name, a reason, a note. */
  text: (text: string) => string;
  /** A script: strings that are given to something named like a secret are masked as well. */
  script(text: string): string;
  /** Every string in a value, at any depth, and all of what stands under a secret's name. Numbers stay. */
  value<T>(value: T): T;
  /** The same where the names are our own, not a user's: a secret that reads like one of them must not break the shape. */
  shape<T>(value: T): T;
}

/**
 * Finds a run's secrets (values of variables and options that are named like one, and what its script gives to such a
 * name) and masks them wherever they occur, also as JSON, in an address or in base64; credentials that tell themselves
 * (bearer tokens, private keys, user and password in an address) are masked without being known.
 */
export function maskOf({ env, options, scriptText }: MaskedFrom): Mask {
  const known = [
    ...valuesUnderSecretNames(env),
    ...valuesUnderSecretNames(options),
    ...secretsInCode(scriptText),
  ];
  const hide = hideValues(known);
  const text = (plain: string): string => maskPlain(hide(plain));
  const walk = (item: unknown, shown: (name: string) => string): unknown => {
    if (typeof item === 'string') return text(item);
    if (Array.isArray(item)) return item.map((inner) => walk(inner, shown));
    if (typeof item !== 'object' || item === null) return item;
    return Object.fromEntries(
      Object.entries(item).map(([name, inner]: [string, unknown]) => [
        shown(name),
        isSecretName(name) ? maskAll(inner) : walk(inner, shown),
      ]),
    );
  };
  return {
    text,
    script: (code) => maskCode(hide(code)),
    value: <T>(item: T): T => walk(item, hide) as T,
    shape: <T>(item: T): T => walk(item, (name) => name) as T,
  };
}

/** The same run with its secrets masked: script, variables, options, name, notes and all other words in it. */
export function maskRun<R extends MaskedFrom>(run: R): R {
  const mask = maskOf(run);
  const { scriptText, env, options, ...rest } = run;
  return {
    ...mask.shape(rest),
    env: mask.value(env),
    options: mask.value(options),
    scriptText: mask.script(scriptText),
  } as R;
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
