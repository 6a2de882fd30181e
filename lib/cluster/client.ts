import { CustomObjectsApi, type KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';
import { type Codes } from '@/lib/model/message';
import { type Message, messageOfError, said } from '@/lib/model/message';
import { type FieldFault, Problem } from '@/lib/model/problem';
import { type ProblemCode } from '@/lib/model/problem-kinds';
import { apiOf, readPath } from './bounded-api';
import { refusedIn } from './refused-in';

/** A cluster that cannot be reached or refuses. */
export class ClusterError<C extends ProblemCode = ProblemCode> extends Problem<C> {
  constructor(
    code: C,
    data: Codes[C],
    /** The API server's own answer, if there was one. */
    readonly answered: number | null = null,
    errors: readonly FieldFault[] = [{ path: 'cluster' }],
  ) {
    super(code, data, {
      errors,
      status: answered !== null && answered >= 400 && answered < 500 ? 422 : 502,
    });
  }
}

/** Fields that are refused: by the API server, or before it is asked. */
function refusedFields(errors: readonly (FieldFault & { said: Message })[]): ClusterError {
  return new ClusterError(
    'problems.cluster-refused',
    { causes: errors.map(({ said: own }) => own) },
    422,
    errors,
  );
}

export function customApi(config: KubeConfig): CustomObjectsApi {
  return apiOf(config, CustomObjectsApi);
}

/** The API server's version, such as `v1.32.0`. Throws ClusterError, also when nothing answers within `timeoutMs`. */
export async function readClusterVersion(config: KubeConfig, timeoutMs = 3000): Promise<string> {
  const server = config.getCurrentCluster()?.server ?? 'unknown';
  try {
    const { status: code, body } = await readPath(config, '/version', {}, { ms: timeoutMs });
    if (code !== 200) throw toClusterError({ code, body }, server);
    return versionSchema.parse(body).gitVersion;
  } catch (error) {
    throw toClusterError(error, server);
  }
}

const versionSchema = z.looseObject({ gitVersion: z.string() });
const statusSchema = z.looseObject({
  message: z.string(),
  details: z
    .looseObject({
      causes: z
        .array(z.looseObject({ field: z.string().optional(), message: z.string().optional() }))
        .optional(),
    })
    .optional(),
});
const apiErrorSchema = z.looseObject({ code: z.number(), body: z.unknown() });

/** An error of the client library in our words; the API server's field errors are kept. */
export function toClusterError(error: unknown, server: string): ClusterError {
  if (isClusterError(error)) return error;
  const api = apiErrorSchema.safeParse(error);
  if (!api.success)
    return new ClusterError('problems.cluster-silent', { server, cause: messageOfError(error) });
  const body = typeof api.data.body === 'string' ? parseJson(api.data.body) : api.data.body;
  const status = statusSchema.safeParse(body);
  const { code: answered } = api.data;
  if (answered === 401) return new ClusterError('problems.cluster-unauthorized', { server }, answered);
  if (!status.success) return new ClusterError('problems.cluster-answered', { status: answered }, answered);
  const causes = status.data.details?.causes ?? [];
  const fields =
    causes.length > 0
      ? causes.map(({ field = '', message: text = '' }) => ({ path: field, text }))
      : refusedIn(status.data.message);
  return fields.length > 0
    ? refusedFields(fields.map(({ path, text }) => ({ path, said: said(text) })))
    : new ClusterError('problems.cluster-said', { cause: status.data.message }, answered);
}

/** Narrower than instanceof, which knows no code. */
export function isClusterError(error: unknown): error is ClusterError {
  return error instanceof ClusterError;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
