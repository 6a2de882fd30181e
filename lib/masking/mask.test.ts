import fc from 'fast-check';
import { propertyRuns } from '@/scripts/test/property-runs';
import { describe, expect, it } from 'vitest';
import { maskOf, maskRun } from './mask';
import { masked } from './masked';
import { isSecretName } from './secret-names';

const nothing = { env: {}, options: {}, scriptText: '' };
const script = (code: string): string => maskOf({ ...nothing, scriptText: code }).script(code);
const text = (line: string): string => maskOf(nothing).text(line);

describe('names of secrets', () => {
  it.each([
    'TOKEN',
    'API_TOKEN',
    'apiKey',
    'x-api-key',
    'Authorization',
    'DB_PASSWORD',
    'dbpassword',
    'clientSecret',
    'AWS_SECRET_ACCESS_KEY',
    'sessionId',
    'Set-Cookie',
    'basicAuth',
    'private_key',
    'JWT',
    'csrfToken',
  ])('%s is one', (name) => {
    expect(isSecretName(name)).toBe(true);
  });
  it.each([
    'REQUESTS',
    'VUS',
    'key',
    'author',
    'keyboard',
    'passes',
    'monkey',
    'MAX_TOKENS',
    'num_tokens',
    'host',
    'compass',
    'content-type',
    'path',
  ])('%s is none', (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});

describe('scripts', () => {
  it.each([
    [`const token = 'abc';`, `const token = '${masked}';`],
    [`const apiKey: string = "a1b2";`, `const apiKey: string = "${masked}";`],
    [
      `{ headers: { Authorization: 'Bearer abc.def' } }`,
      `{ headers: { Authorization: 'Bearer ${masked}' } }`,
    ],
    [`headers['X-Api-Key'] = 'abc'`, `headers['X-Api-Key'] = '${masked}'`],
    [`headers.set('authorization', "Basic dXNlcjpwYXNz")`, `headers.set('authorization', "Basic ${masked}")`],
    [`const password = __ENV.PASSWORD || 'hunter2';`, `const password = __ENV.PASSWORD || '${masked}';`],
    [`login({ user: 'bob', password: 'hunter2' })`, `login({ user: 'bob', password: '${masked}' })`],
    [`const secret = 'abc' + 'def', other = 'x';`, `const secret = '${masked}' + '${masked}', other = 'x';`],
    ["const auth = `Basic ${encoding.b64encode('bob:hunter2')}`;", 'const auth = `Basic ' + masked + '`;'],
    [`http.get('http://bob:hunter2@host/?q=1')`, `http.get('http://bob:${masked}@host/?q=1')`],
    [
      `http.get('http://host/?q=1&access_token=abc123')`,
      `http.get('http://host/?q=1&access_token=${masked}')`,
    ],
    [`post('{"password":"hunter2"}')`, `post('{"password":"${masked}"}')`],
    [`post("{\\"password\\":\\"hunter2\\"}")`, `post("{\\"password\\":\\"${masked}\\"}")`],
    [`post('user=bob&password=hunter2')`, `post('user=bob&password=${masked}')`],
    [`// password: hunter2`, `// password: ${masked}`],
    [`const token =\n  'abc';`, `const token =\n  '${masked}';`],
    [
      `tlsAuth: [{ password: "p", key: "-----BEGIN RSA PRIVATE KEY-----\\nMII\\n-----END RSA PRIVATE KEY-----" }]`,
      `tlsAuth: [{ password: "${masked}", key: "${masked}" }]`,
    ],
    [
      `pem("-----BEGIN RSA PRIVATE KEY-----\\nMII\\n-----END RSA PRIVATE KEY-----")`,
      `pem("-----BEGIN RSA PRIVATE KEY-----${masked}-----END RSA PRIVATE KEY-----")`,
    ],
  ])('%s', (code, expected) => {
    expect(script(code)).toBe(expected);
    expect(script(expected)).toBe(expected);
  });

  it.each([
    `const token = login(user);`,
    'const headers = { Authorization: `Bearer ${__ENV.TOKEN}` };',
    `const token = __ENV.TOKEN;`,
    `import http from 'k6/http';\nexport const options = { vus: 5, thresholds: { http_req_failed: ['rate<0.01'] } };`,
    `check(response, { 'status is 200': (r) => r.status === 200 });`,
    'http.get(`${__ENV.TARGET}/path`, { headers: { Host: __ENV.HOST } });',
    `const url = 'http://helloworld-go.default.example.com:8080/';`,
  ])('leaves %s', (code) => {
    expect(script(code)).toBe(code);
  });

  it('masks in log and options what the script alone names', () => {
    const mask = maskOf({ ...nothing, scriptText: `const apiToken = 'zz-9917-plural';` });
    expect(mask.text('sent zz-9917-plural to host')).toBe(`sent ${masked} to host`);
    expect(mask.value({ tags: { run: 'zz-9917-plural' } })).toEqual({ tags: { run: masked } });
  });
});

describe('words', () => {
  it.each([
    ['token=abc123', `token=${masked}`],
    ['level=info password: hunter2, user: bob', `level=info password: ${masked}, user: bob`],
    ['{"apiKey":"abc","n":1}', `{"apiKey":"${masked}","n":1}`],
    ['Authorization: Bearer abc.def.123', `Authorization: ${masked}`],
    ['sent bearer abc123def', `sent bearer ${masked}`],
    [
      'Get "http://bob:pw@host/?token=abc&x=1": refused',
      `Get "http://bob:${masked}@host/?token=${masked}&x=1": refused`,
    ],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdef', masked],
  ])('%s', (line, expected) => {
    expect(text(line)).toBe(expected);
    expect(text(expected)).toBe(expected);
  });

  it.each([
    'basic auth is needed',
    'Request Failed error="dial tcp 127.0.0.1:80: connection refused"',
    '4,000 requests, 0 failed',
    'bearer of news',
    'http_req_duration: p(95)<500',
    '',
  ])('leaves %s', (line) => {
    expect(text(line)).toBe(line);
  });
});

describe('properties', () => {
  const secret = fc
    .string({ minLength: 4, maxLength: 40, unit: 'grapheme' })
    .filter(
      (value) =>
        value.trim().length >= 4 &&
        !value.includes('•') &&
        !['true', 'false', 'null', 'none', 'undefined'].includes(value.trim().toLowerCase()),
    );
  const name = fc.constantFrom('TOKEN', 'apiKey', 'DB_PASSWORD', 'x-auth-token', 'client_secret');
  const around = fc.string({ maxLength: 30, unit: 'grapheme' }).filter((value) => !value.includes('•'));

  it('a secret variable’s value is nowhere left, in whatever form it was written', () => {
    fc.assert(
      fc.property(name, secret, around, around, (variable, value, before, after) => {
        const forms = [
          value,
          JSON.stringify(value),
          encodeURIComponent(value),
          btoa(String.fromCharCode(...new TextEncoder().encode(value))),
        ];
        const run = {
          env: { [variable]: value, REQUESTS: '5', HOW: 'fast' },
          plainEnv: ['REQUESTS'],
          options: {
            vus: 5,
            scenarios: { main: { env: { OTHER: `${before}${value}${after}` }, tags: { [value]: 'x' } } },
          },
          scriptText: forms.map((form) => `${before}${form}${after}`).join('\n'),
          name: `${before}${value}`,
        };
        const shown = maskRun(run);
        const { text: line } = maskOf(run);
        const all = [
          shown.scriptText,
          shown.name,
          ...Object.values(shown.env),
          ...strings(shown.options),
          ...forms.map((form) => line(`${before}${form}${after}`)),
        ];
        for (const part of all)
          for (const form of [value, encodeURIComponent(value)]) expect(part.includes(form)).toBe(false);
        expect(shown.options.vus).toBe(5);
        expect(shown.env).toMatchObject({ REQUESTS: '5', HOW: masked });
      }),
      { numRuns: propertyRuns(400) },
    );
  });

  it('a second masking changes nothing', () => {
    fc.assert(
      fc.property(
        name,
        secret,
        fc.array(
          fc.oneof(
            secret,
            around,
            fc.constantFrom(
              'token',
              'password',
              '=',
              ': ',
              '"',
              "'",
              '`',
              '\\',
              '\n',
              'Bearer ',
              '//',
              ', ',
              '${',
              '}',
            ),
          ),
          { maxLength: 20 },
        ),
        (variable, value, parts) => {
          const run = { env: { [variable]: value }, options: {}, scriptText: parts.join('') };
          const mask = maskOf(run);
          const once = { script: mask.script(run.scriptText), text: mask.text(run.scriptText) };
          expect(mask.text(once.text)).toBe(once.text);
          expect(mask.script(once.script)).toBe(once.script);
        },
      ),
      { numRuns: propertyRuns(400) },
    );
  });

  it('what is under a secret’s name is masked at any depth, and the shape stays', () => {
    fc.assert(
      fc.property(name, secret, (property, value) => {
        const options = { list: [{ [property]: { deep: [value] } }], n: 3, flag: true, none: null };
        expect(maskOf({ env: {}, options, scriptText: '' }).value(options)).toEqual({
          list: [{ [property]: { deep: [masked] } }],
          n: 3,
          flag: true,
          none: null,
        });
      }),
    );
  });

  it('takes time in proportion to the text', () => {
    const long =
      `const token = 'abc'; password: ${'x'.repeat(50)} `.repeat(4000) +
      '"'.repeat(20_000) +
      'token='.repeat(10_000) +
      '\\'.repeat(20_000);
    const mask = maskOf({ ...nothing, scriptText: long });
    expect(mask.script(long)).not.toContain("'abc'");
    expect(mask.text(long).length).toBeGreaterThan(0);
  });
});

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [key, ...strings(inner)])
    : [];
}
