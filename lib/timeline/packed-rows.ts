import { z } from 'zod';

/** What one cell of a packed row may hold: how it is told, and the same as JSON schema for the API's description. */
export interface Cell<T> {
  is: (value: unknown) => value is T;
  json: object;
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isArray: (value: unknown) => value is unknown[] = Array.isArray;

export const numberCell: Cell<number> = { is: isNumber, json: { type: 'number' } };
export const textCell: Cell<string> = { is: (value) => typeof value === 'string', json: { type: 'string' } };
/** 1 for true. */
export const flagCell: Cell<0 | 1> = {
  is: (value): value is 0 | 1 => value === 0 || value === 1,
  json: { enum: [0, 1] },
};
export const numbersCell: Cell<number[]> = {
  is: (value): value is number[] => isArray(value) && value.every(isNumber),
  json: { type: 'array', items: { type: 'number' } },
};
/** [index, value] of what changed, [index] of what is gone. */
export const changesCell: Cell<[number, ...unknown[]][]> = {
  is: (value): value is [number, ...unknown[]][] =>
    isArray(value) && value.every((one) => isArray(one) && isNumber(one[0])),
  json: { type: 'array', items: { type: 'array', minItems: 1, items: {} } },
};

/** One of some words. */
export function oneOf<const T extends string>(values: readonly T[]): Cell<T> {
  return { is: (value): value is T => values.some((one) => one === value), json: { enum: values } };
}

/** The cell, or null in its place. */
export function orNull<T>({ is, json }: Cell<T>): Cell<T | null> {
  return {
    is: (value): value is T | null => value === null || is(value),
    json: { anyOf: [json, { type: 'null' }] },
  };
}

type RowOf<C extends readonly Cell<unknown>[]> = {
  -readonly [I in keyof C]: C[I] extends Cell<infer T> ? T : never;
};

/**
 * Rows as tuples of cells; `rest`: what may follow them. They are looked at by plain loops: a run's page has a hundred
 * thousand cells, and a schema for each holds up its first drawing by a tenth of a second.
 */
export function packedRows<const C extends readonly Cell<unknown>[], R = never>(
  cells: C,
  rest?: Cell<R>,
): z.ZodType<[...RowOf<C>, ...R[]][]> {
  const isRow = (row: unknown): boolean => {
    if (!isArray(row) || row.length < cells.length || (!rest && row.length > cells.length)) return false;
    for (let i = 0; i < row.length; i++) {
      if (!(cells[i] ?? rest)!.is(row[i])) return false;
    }
    return true;
  };
  const json = {
    type: 'array',
    items: {
      type: 'array',
      minItems: cells.length,
      ...(rest ? {} : { maxItems: cells.length }),
      items: { anyOf: [...new Set([...cells, ...(rest ? [rest] : [])].map((cell) => cell.json))] },
    },
  };
  return z
    .custom<[...RowOf<C>, ...R[]][]>(
      (value) => isArray(value) && value.every(isRow),
      'are not rows of the expected cells',
    )
    .meta(json);
}
