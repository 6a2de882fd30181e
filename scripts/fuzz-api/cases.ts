import { readFileSync } from 'node:fs';
import { METHODS } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { compressSync } from 'snappy';
import { type OpenApiDocument, type OpenApiOperation } from '@/lib/api/openapi';
import { projectRoot } from '@/lib/environment/paths';
import { nastyText, type Places, type Schema, valuesOf } from './values';

/** One request. A path's parameter that is a number is the place in the list of names that answers gave. */
export interface Case {
  method: string;
  path: string;
  params: Record<string, string | number>;
  query: [string, string][];
  type: string | null;
  body: string | Uint8Array | null;
  /** An answer without end is left once it begins. */
  endless: boolean;
}

/** What starts k6 takes half a second: seldom. A load itself is one iteration that does nothing. */
const startsK6 = /^(post \/api\/runs|post \/api\/scripts\/check|(put|patch) \/api\/scripts\/\{name\})$/;
const harmlessScript = 'export const options = { iterations: 1 }; export default () => undefined;';

/** Requests of the whole API, by its OpenAPI document: most as it has them, some not. */
export function casesOf(document: OpenApiDocument, places: Places): fc.Arbitrary<Case> {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  );
  return fc.oneof(
    ...operations.map(({ method, path, operation }) => ({
      weight: startsK6.test(`${method} ${path}`) ? 1 : 12,
      arbitrary: caseOf(method.toUpperCase(), path, operation, places),
    })),
    { weight: 40, arbitrary: fc.constantFrom(...operations.map(({ path }) => path)).chain(otherMethod) },
    {
      weight: 20,
      arbitrary: nastyText.map((text) => plain('GET', `/api/${encodeURIComponent(wellFormed(text))}`)),
    },
  );
}

function caseOf(
  method: string,
  path: string,
  operation: OpenApiOperation,
  places: Places,
): fc.Arbitrary<Case> {
  const inPath = operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
  const inQuery = operation.parameters.filter((parameter) => parameter.in === 'query');
  return fc
    .record({
      params: fc.record(Object.fromEntries(inPath.map((name) => [name, paramOf(name)]))),
      query: fc.record(
        Object.fromEntries(inQuery.map(({ name, schema }) => [name, valuesOf(schema, places, name)])),
        { requiredKeys: [] },
      ),
      sent: bodyOf(method, path, operation, places),
    })
    .map(({ params, query, sent }) => ({
      ...plain(method, path),
      params,
      query: Object.entries(query).map(([name, value]) => [name, textOf(value)] as [string, string]),
      ...sent,
      endless: /\/events$/.test(path),
    }));
}

function paramOf(name: string): fc.Arbitrary<string | number> {
  const known = fc.nat({ max: 200 });
  if (name === 'format')
    return fc.oneof(fc.constantFrom('html', 'json', 'csv', 'markdown', 'k6-summary', 'junit'), nastyText);
  return fc.oneof({ weight: 5, arbitrary: known }, { weight: 1, arbitrary: nastyText });
}

type Sent = Pick<Case, 'type' | 'body'>;

function bodyOf(
  method: string,
  path: string,
  { requestBody }: OpenApiOperation,
  places: Places,
): fc.Arbitrary<Sent> {
  if (path === '/api/import') return importedFile;
  if (path === '/api/ingest/{id}') return pushed;
  const schema = Object.values(requestBody?.content ?? {})[0]?.schema as Schema | undefined;
  if (!schema) return fc.constant({ type: null, body: null });
  const harmless = startsK6.test(`${method.toLowerCase()} ${path}`);
  const json = valuesOf(schema, places).map((value) => {
    if (harmless && typeof value === 'object' && value !== null && 'scriptText' in value)
      value.scriptText = harmlessScript;
    return { type: 'application/json', body: JSON.stringify(value) ?? 'null' };
  });
  return fc.oneof({ weight: 12, arbitrary: json }, { weight: 1, arbitrary: wrongBody });
}

const wrongBody: fc.Arbitrary<Sent> = fc.oneof(
  fc
    .constantFrom('', '{', 'null', '[]', '"text"', '{"a":1,"a":2}', '\ufeff{}', `${'['.repeat(100_000)}`)
    .map((body) => ({
      type: 'application/json',
      body,
    })),
  fc.uint8Array({ maxLength: 200 }).map((body) => ({ type: 'application/json; charset=utf-7', body })),
  nastyText.map((body) => ({ type: 'text/plain', body })),
);

const fixtures = ['hey.csv', 'k6.csv', 'k6.json', 'fortio.json', 'k6-summary.json'].map((name) =>
  readFileSync(join(projectRoot(), 'lib/importing/fixtures', name), 'utf8').slice(0, 40_000),
);

/** A tool's file with something in it changed. */
const importedFile: fc.Arbitrary<Sent> = fc
  .record({
    file: fc.constantFrom(...fixtures),
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    put: fc.oneof(
      nastyText,
      fc.constantFrom('1e22', '-1', '0', '2099-01-01T00:00:00Z', 'null', '[]', '{}', '"', ',', '\n', '1e999'),
    ),
    over: fc.nat({ max: 30 }),
    packed: fc.boolean(),
    whole: fc.boolean(),
  })
  .map(({ file, at, put, over, packed, whole }) => {
    const place = Math.floor(at * file.length);
    const text = whole ? file : file.slice(0, place) + put + file.slice(place + over);
    return { type: 'application/octet-stream', body: packed ? new Uint8Array(gzipSync(text)) : text };
  });

const pushed: fc.Arbitrary<Sent> = fc.oneof(
  fc.uint8Array({ maxLength: 500 }).map((body) => ({ type: 'application/x-protobuf', body })),
  fc.uint8Array({ maxLength: 500 }).map((bytes) => ({
    type: 'application/x-protobuf',
    body: new Uint8Array(compressSync(Buffer.from(bytes))),
  })),
);

/** Methods that Node's own parser knows; a tunnel is not asked for, since its answer is no answer. */
const methods = METHODS.filter((method) => method !== 'CONNECT');

function otherMethod(path: string): fc.Arbitrary<Case> {
  return fc
    .record({ method: fc.constantFrom(...methods), id: fc.nat({ max: 200 }) })
    .map(({ method, id }) => ({
      ...plain(method, path),
      params: Object.fromEntries([...path.matchAll(/\{(\w+)\}/g)].map((match) => [match[1]!, id])),
      endless: /\/events$/.test(path),
    }));
}

function plain(method: string, path: string): Case {
  return { method, path, params: {}, query: [], type: null, body: null, endless: false };
}

/** A half of a surrogate pair is in no address. */
export function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
