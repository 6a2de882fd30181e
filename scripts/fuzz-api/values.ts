import fc from 'fast-check';

/** What of JSON Schema zod writes. */
export interface Schema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  prefixItems?: Schema[];
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  propertyNames?: Schema;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
}

/** Texts that programs have tripped over. */
const nastyTexts = [
  '',
  '\0',
  'a\0b',
  '__proto__',
  'constructor',
  'toString',
  '../../etc/passwd',
  '%00%2e%2e%2f',
  '\ud800',
  '\u202e\u2028\ufeff',
  '👩‍👩‍👧‍👦',
  '\r\nset-cookie: a=b',
  '<script>alert(1)</script>',
  "' OR 1=1 --",
  '${jndi:ldap://127.0.0.1/}',
  '-1',
  '1e999',
  'NaN',
  '9'.repeat(400),
  'x'.repeat(20_000),
  '(a+)+$',
  '{{7*7}}',
];
const nastyNumbers = [
  0,
  -0,
  -1,
  0.1,
  1e22,
  1e308,
  -1e308,
  5e-324,
  2 ** 31,
  2 ** 53,
  2 ** 63,
  8.64e15,
  8.64e15 + 1,
];

const nastyObject = fc
  .constantFrom(
    '{"__proto__":{"admin":true}}',
    '{"constructor":{"prototype":{}}}',
    '{"toString":"x","hasOwnProperty":1}',
    `${'['.repeat(500)}${']'.repeat(500)}`,
    `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`,
  )
  .map((text) => JSON.parse(text) as unknown);

export const nastyText = fc.oneof(
  fc.constantFrom(...nastyTexts),
  fc.string({ unit: 'binary', maxLength: 50 }),
);

/** Any JSON value that no schema had in mind. */
const nasty: fc.Arbitrary<unknown> = fc.oneof(
  nastyText,
  fc.constantFrom<unknown>(...nastyNumbers),
  fc.constantFrom<unknown>(null, true, [], {}),
  nastyObject,
  fc.jsonValue({ maxDepth: 3 }),
);

/** Where a value may be that leads to another machine, loopback stands: nothing but loopback is ever asked. */
export interface Places {
  gatewayUrl: string;
}

/** Values as a schema has them, now and then with something in them that it has not. */
export function valuesOf(schema: Schema, places: Places, name = ''): fc.Arbitrary<unknown> {
  // An address is never made up.
  if (schema.format === 'uri' || /url$/i.test(name))
    return fc.oneof(
      fc.constant(places.gatewayUrl),
      fc.constantFrom<unknown>('', 'no address', null, 7, '\0'),
    );
  return fc.oneof({ weight: 14, arbitrary: fitting(schema, places) }, { weight: 1, arbitrary: nasty });
}

function fitting(schema: Schema, places: Places): fc.Arbitrary<unknown> {
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const some = schema.anyOf ?? schema.oneOf;
  if (some) return fc.oneof(...some.map((one) => valuesOf(one, places)));
  if (schema.allOf) return valuesOf(Object.assign({}, ...schema.allOf) as Schema, places);
  switch (schema.type) {
    case 'string':
      return text(schema);
    case 'integer':
    case 'number':
      return number(schema);
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return schema.prefixItems
        ? fc.tuple(...schema.prefixItems.map((item) => valuesOf(item, places)))
        : fc.array(valuesOf(schema.items ?? {}, places), {
            minLength: Math.min(schema.minItems ?? 0, 5),
            maxLength: Math.min(schema.maxItems ?? 5, 5) + 1,
          });
    case 'object':
      return object(schema, places);
    default:
      return nasty;
  }
}

function text({ minLength = 0, maxLength = 60, pattern, format }: Schema): fc.Arbitrary<string> {
  if (format === 'date-time') return fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
  if (format === 'uuid') return fc.uuid();
  if (pattern !== undefined)
    try {
      return fc.stringMatching(new RegExp(pattern));
    } catch {
      // A pattern that fast-check cannot read is met by chance only.
    }
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 60)) }),
    },
    { weight: 1, arbitrary: nastyText },
  );
}

function number({ type, minimum, maximum, exclusiveMinimum }: Schema): fc.Arbitrary<number> {
  const min = minimum ?? exclusiveMinimum ?? -1e6;
  const max = maximum ?? 1e6;
  const within =
    type === 'integer'
      ? fc.integer({ min: Math.max(Math.ceil(min), -(2 ** 31)), max: Math.min(Math.floor(max), 2 ** 31 - 1) })
      : fc.double({ min, max, noNaN: true });
  return fc.oneof(
    { weight: 4, arbitrary: within },
    { weight: 1, arbitrary: fc.constantFrom(...nastyNumbers) },
  );
}

function object(
  { properties = {}, required = [], additionalProperties }: Schema,
  places: Places,
): fc.Arbitrary<object> {
  const known = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, own]) => [name, valuesOf(own, places, name)])),
    { requiredKeys: required },
  );
  const open = typeof additionalProperties === 'object' ? additionalProperties : null;
  const names = fc.oneof(fc.string({ minLength: 1, maxLength: 20 }), nastyText);
  const more = fc.array(fc.tuple(names, open ? valuesOf(open, places) : nasty), { maxLength: open ? 4 : 1 });
  return fc
    .tuple(
      known,
      open ? more : fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: more }),
    )
    .map(([values, others]) => {
      const made = { ...values } as Record<string, unknown>;
      for (const [key, value] of others)
        Object.defineProperty(made, key, { value, enumerable: true, configurable: true, writable: true });
      return made;
    });
}
