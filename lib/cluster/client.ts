import { CoreV1Api, CustomObjectsApi, type KubeConfig, VersionApi } from '@kubernetes/client-node';
import { z } from 'zod';

/** A cluster that cannot be reached or refuses; the message says what to do. */
export class ClusterError extends Error {
  constructor(
    message: string,
    readonly code: number | null = null,
    /** Fields that the API server refused. */
    readonly causes: { path: string; message: string; line?: number; column?: number }[] = [],
  ) {
    super(message);
  }
}

export function coreApi(config: KubeConfig): CoreV1Api {
  return config.makeApiClient(CoreV1Api);
}

export function customApi(config: KubeConfig): CustomObjectsApi {
  return config.makeApiClient(CustomObjectsApi);
}

/** The API server's version, such as `v1.32.0`. Throws ClusterError, also when nothing answers within `timeoutMs`. */
export async function readClusterVersion(config: KubeConfig, timeoutMs = 3000): Promise<string> {
  const server = config.getCurrentCluster()?.server ?? 'unknown';
  const silence = new Promise<never>((_, reject) =>
    setTimeout(() => reject(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs).unref(),
  );
  try {
    return (await Promise.race([config.makeApiClient(VersionApi).getCode(), silence])).gitVersion;
  } catch (error) {
    throw toClusterError(error, server);
  }
}

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
  const api = apiErrorSchema.safeParse(error);
  if (!api.success)
    return new ClusterError(
      `The cluster at ${server} does not answer (${error instanceof Error ? error.message : String(error)}). Is it running, and is KUBECONFIG right?`,
    );
  const body = typeof api.data.body === 'string' ? parseJson(api.data.body) : api.data.body;
  const status = statusSchema.safeParse(body);
  const causes = status.success
    ? (status.data.details?.causes ?? []).map((cause) => ({
        path: cause.field ?? '',
        message: cause.message ?? '',
      }))
    : [];
  return new ClusterError(
    status.success ? status.data.message : `The cluster answered ${api.data.code}.`,
    api.data.code,
    causes,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
