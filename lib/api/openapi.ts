import { z } from 'zod';
import { scaletraceVersion } from '@/lib/store/version';
import { partsOf, type AnyRoute, type Answers } from './route';
import { problemSchema } from '@/lib/words/problem-body';

type Schema = Record<string, unknown>;
export interface OpenApiOperation {
  summary: string;
  operationId: string;
  tags: string[];
  parameters: { name: string; in: 'path' | 'query'; required: boolean; schema: Schema }[];
  requestBody?: { required: true; content: Record<string, { schema: Schema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema?: Schema }> }>;
}
export interface OpenApiDocument {
  openapi: '3.1.0';
  info: { title: string; version: string; description: string };
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: Record<string, unknown>;
  security: Record<string, string[]>[];
}

const words: Record<number, string> = {
  200: 'Done',
  201: 'Made',
  202: 'Taken on',
  204: 'Done, without a body',
};

/** The OpenAPI 3.1 document of these routes: shapes come from the zod schemas that the routes themselves check by. */
export function openApiDocument(routes: readonly AnyRoute[]): OpenApiDocument {
  const paths: OpenApiDocument['paths'] = {};
  for (const route of [...routes].sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1)))
    (paths[pathOf(route)] ??= {})[partsOf(route.key).method.toLowerCase()] = operationOf(route);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Scaletrace',
      version: scaletraceVersion,
      description:
        'Load-test a Knative service; see when it scaled, when it should have, and what each late pod cost. Times named `…AtMs` of a recording are on the run’s clock; other moments are Unix ms.',
    },
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An API token of the settings.' },
        session: { type: 'apiKey', in: 'cookie', name: 'scaletrace-session' },
      },
      schemas: { Problem: jsonSchema(problemSchema, 'output') },
    },
    security: [{ token: [] }, { session: [] }, {}],
  };
}

const pathOf = ({ key }: AnyRoute): string => partsOf(key).path;

function operationOf({ key, contract }: AnyRoute): OpenApiOperation {
  const { method, path } = partsOf(key);
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => ({
    name: match[1]!,
    in: 'path' as const,
    required: true,
    schema: { type: 'string' },
  }));
  const parts = path.replace(/^\/api\//, '').split('/');
  return {
    summary: contract.summary,
    operationId: [
      method.toLowerCase(),
      ...parts.map((part) => part.replace(/[{}]/g, '').replace(/[^a-zA-Z0-9]+/g, '_')),
    ].join('_'),
    tags: [parts[0]!],
    parameters: [...inPath, ...queryParameters(contract.query)],
    ...(contract.body
      ? {
          requestBody: {
            required: true as const,
            content: { 'application/json': { schema: jsonSchema(contract.body, 'input') } },
          },
        }
      : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(contract.answers).map(([status, answer]) => [
          status,
          responseOf(Number(status), answer),
        ]),
      ),
      default: {
        description: 'Refused: what is wrong and what to do',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

function responseOf(status: number, answer: Answers[number]): OpenApiOperation['responses'][string] {
  if (answer instanceof z.ZodType)
    return {
      description: words[status] ?? `Status ${status}`,
      content: { 'application/json': { schema: jsonSchema(answer, 'output') } },
    };
  return {
    description: answer.description,
    ...(answer.mediaType === '' ? {} : { content: { [answer.mediaType]: {} } }),
  };
}

function queryParameters(query: z.ZodType | undefined): OpenApiOperation['parameters'] {
  if (!query) return [];
  const { properties = {}, required = [] } = jsonSchema(query, 'input') as {
    properties?: Record<string, Schema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Schema {
  const { $schema: _draft, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
