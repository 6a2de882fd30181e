import { z } from 'zod';
import { httpUrlSchema, variable } from '@/lib/environment/environment';
import { type ApiClient } from '@/lib/api/client';
import { clientOf } from './client';

/** The options of each command that speaks with a Scaletrace; where they are silent, the environment. */
export const connectionOptions = {
  url: httpUrlSchema.optional().meta({
    value: 'URL',
    description: 'Scaletrace’s address (SCALETRACE_URL, else http://127.0.0.1:4300)',
  }),
  token: z.string().optional().meta({
    value: 'TOKEN',
    description: 'an API token (better SCALETRACE_TOKEN: a command line can be seen by others)',
  }),
};

export const exitCodeNotes =
  'Exit code: 0 done; 1 not so; 2 wrong use; 3 Scaletrace cannot be reached or refuses the token.';

/** The API that the options and the environment name. */
export function connect({ url, token }: { url?: string | undefined; token?: string | undefined }): {
  client: ApiClient;
  url: string;
} {
  const address = url ?? variable('SCALETRACE_URL');
  return { client: clientOf(address, token ?? variable('SCALETRACE_TOKEN') ?? null), url: address };
}
