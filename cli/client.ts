import { z } from 'zod';
import { UserError } from '@/lib/environment/user-error';
import { exitCodes } from './exit-codes';

const problemSchema = z.object({
  title: z.string(),
  detail: z.string().default(''),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).default([]),
});

/** The API of one Scaletrace, as a program uses it. */
export class ApiClient {
  constructor(
    private readonly url: string,
    private readonly token: string | null,
  ) {}

  /** GETs JSON. Throws UserError. */
  async get<S extends z.ZodType>(path: string, schema: S): Promise<z.infer<S>> {
    return schema.parse(await (await this.request('GET', path)).json());
  }

  /** POSTs JSON. Throws UserError. */
  async post<S extends z.ZodType>(path: string, body: unknown, schema: S): Promise<z.infer<S>> {
    return schema.parse(await (await this.request('POST', path, body)).json());
  }

  /** GETs a file's bytes. Throws UserError. */
  async download(path: string): Promise<Uint8Array> {
    return new Uint8Array(await (await this.request('GET', path)).arrayBuffer());
  }

  private async request(method: string, path: string, body?: unknown): Promise<Response> {
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: {
        ...(this.token === null ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      const cause =
        error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
      throw new UserError(
        `Scaletrace cannot be reached at ${this.url} (${cause}). Start it with npm start, or name its address by --url or SCALETRACE_URL.`,
        exitCodes.unreachable,
      );
    });
    if (response.ok) return response;
    const problem = problemSchema.safeParse(await response.json().catch(() => null));
    if (!problem.success)
      throw new UserError(
        `${this.url} answered ${method} ${path} with ${response.status}: is this Scaletrace?`,
        exitCodes.unreachable,
      );
    const { title, detail, errors } = problem.data;
    const lines = errors
      .filter(({ message }) => message !== detail)
      .map(({ path: field, message }) => `\n  ${field}: ${message}`);
    const hint = response.status === 401 ? ' Give one by --token or SCALETRACE_TOKEN.' : '';
    throw new UserError(
      `${title}: ${detail}${hint}${lines.join('')}`,
      response.status === 401 || response.status === 403 ? exitCodes.unreachable : exitCodes.usage,
    );
  }
}
