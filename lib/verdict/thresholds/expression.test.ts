import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds, parseExpression, parseMethod, scanExpression } from './expression';

// The tables of k6's own tests (metrics/thresholds_parser_test.go, v2.2).
describe('an expression is read as k6 reads it:', () => {
  it.each([
    ['count!20', null],
    ['foo>20', null],
    ['count>abc', null],
    ['count>20', { method: 'count', percentile: null, operator: '>', limit: 20 }],
  ])('%s', (source, expression) => {
    expect(parseExpression(source)).toEqual(expression);
  });

  it.each([
    ['count', 'count', null],
    ['rate', 'rate', null],
    ['value', 'value', null],
    ['avg', 'avg', null],
    ['min', 'min', null],
    ['max', 'max', null],
    ['med', 'med', null],
    ['p(99)', 'p', 99],
    ['p(99.9)', 'p', 99.9],
    ['p(0)', 'p', 0],
    ['p(100)', 'p', 100],
  ])('the method %s', (text, method, percentile) => {
    expect(parseMethod(text)).toEqual({ method, percentile });
  });

  it.each(['foo', 'p()', 'p(99', 'p(foo)', 'p(-1)', 'p(101)', 'p(NaN)', 'p(+Inf)'])(
    'no method: %s',
    (text) => {
      expect(parseMethod(text)).toBeNull();
    },
  );

  it.each([
    ['foo<=bar', 'foo', '<=', 'bar'],
    ['foo<bar', 'foo', '<', 'bar'],
    ['foo>=bar', 'foo', '>=', 'bar'],
    ['foo>bar', 'foo', '>', 'bar'],
    ['foo===bar', 'foo', '===', 'bar'],
    ['foo==bar', 'foo', '==', 'bar'],
    ['foo!=bar', 'foo', '!=', 'bar'],
    ['  foo  <=bar', 'foo', '<=', 'bar'],
    ['foo<=  bar  ', 'foo', '<=', 'bar'],
  ])('the two sides of %s', (source, left, operator, right) => {
    expect(scanExpression(source)).toEqual({ left, operator, right });
  });

  it('an unknown operator has no sides', () => {
    expect(scanExpression('foo!bar')).toBeNull();
  });

  // What Go 1.24's strconv.ParseFloat gives.
  it.each([
    ['1_000.5', 1000.5],
    ['1e5_0', 1e50],
    ['0_1', 1],
    ['5.', 5],
    ['.5', 0.5],
    ['+5', 5],
    ['-5e-1', -0.5],
    ['0x1.8p1', 3],
    ['0x_1p3', 8],
    ['-0X1P-1', -0.5],
    ['inf', Infinity],
    ['-Infinity', -Infinity],
    ['nan', NaN],
  ])('the number %s', (text, limit) => {
    expect(parseExpression(`avg<${text}`)?.limit).toBe(limit);
  });

  it.each([
    '',
    ' ',
    '.',
    'e5',
    '1__0',
    '1_.5',
    '_1',
    '0x1',
    '0xp1',
    '0x1_p3',
    '0b1',
    '1e999',
    '+nan',
    '1 000',
    '5s',
  ])('no number: "%s"', (text) => {
    expect(parseExpression(`avg<${text}`)).toBeNull();
  });
});

describe('holds', () => {
  const numbers = fc.integer({ min: -5, max: 5 });
  const judge = {
    '<': '<',
    '<=': '<=',
    '>': '>',
    '>=': '>=',
    '==': '===',
    '===': '===',
    '!=': '!==',
  } as const;
  const isTrue = (value: number, operator: keyof typeof judge, limit: number): boolean =>
    ({
      '<': value < limit,
      '<=': value <= limit,
      '>': value > limit,
      '>=': value >= limit,
      '===': value === limit,
      '!==': value !== limit,
    })[judge[operator]];

  it('is what every value within the bounds says, and open exactly where they differ', () => {
    fc.assert(
      fc.property(
        numbers,
        numbers,
        numbers,
        fc.constantFrom(...(Object.keys(judge) as (keyof typeof judge)[])),
        (a, b, limit, operator) => {
          const [least, most] = [Math.min(a, b), Math.max(a, b)];
          const halves = Array.from({ length: 2 * (most - least) + 1 }, (_, i) => least + i / 2);
          const said = new Set(halves.map((value) => isTrue(value, operator, limit)));
          const expected = said.size === 2 ? null : [...said][0];
          expect(holds({ method: 'avg', percentile: null, operator, limit }, { least, most })).toBe(expected);
        },
      ),
    );
  });

  it('of a limit that is no number is false, as all its comparisons are', () => {
    const expression = { method: 'avg', percentile: null, limit: NaN } as const;
    expect(holds({ ...expression, operator: '<' }, { least: 1, most: 1 })).toBe(false);
    expect(holds({ ...expression, operator: '!=' }, { least: 1, most: 1 })).toBe(true);
  });
});
