import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from './openapi';
import { registry } from './registry';
import { methods, walkRoutes } from './walk-routes';

describe('the OpenAPI document', () => {
  const document = openApiDocument(registry);

  it('has every route and method that app/api exports, and no other (npx tsx scripts/api-registry.ts)', async () => {
    const exported = (await walkRoutes()).flatMap(({ path, handlers }) =>
      methods.filter((method) => handlers[method]).map((method) => `${method} ${path}`),
    );
    const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.sort()).toEqual(exported.sort());
  });

  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const result = await validator.validate({ ...document });
    expect(result.errors ?? []).toEqual([]);
    expect([result.valid, validator.version]).toEqual([true, '3.1']);
  });

  it('points at nothing that it does not have', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)].map((match) => match[1]);
    expect([...new Set(references)]).toEqual(['#/components/schemas/Problem']);
  });

  it('gives each operation a name of its own', () => {
    const ids = Object.values(document.paths).flatMap((operations) =>
      Object.values(operations).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });
});
