import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { message } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';
import {
  prometheusAuthSchema,
  type PrometheusInput,
  type PrometheusServer,
  type PrometheusShown,
} from '@/lib/model/prometheus';
import { readSecrets, writeSecrets } from './secret-files';

type StoredPrometheus = PrometheusServer & { version: string };
const storedSchema: z.ZodType<StoredPrometheus> = z.object({
  url: z.string(),
  auth: prometheusAuthSchema,
  user: z.string(),
  secret: z.string(),
  ca: z.string(),
  version: z.string().default(''),
});

const file = 'prometheus.json';

/** The Prometheus server that is set, with its secret; null: none is, or its file cannot be read. */
export function readPrometheus(): StoredPrometheus | null {
  return readSecrets(file, storedSchema);
}

/** Sets it, or none. Throws a Problem where its folder cannot be written. */
export function writePrometheus(server: PrometheusServer | null): StoredPrometheus | null {
  const stored = server && { ...server, version: randomUUID() };
  writeSecrets(file, stored);
  return stored;
}

/**
 * What was entered, with the stored secret where none was: that goes to the server that it was given for, and to no
 * other. Throws a Problem where it has to be entered again.
 */
export function withSecret({ secret, ...input }: PrometheusInput): PrometheusServer {
  if (input.auth === 'none') return { ...input, user: '', secret: '' };
  if (secret !== undefined && secret !== '') return { ...input, secret };
  const stored = readPrometheus();
  const same =
    stored?.auth === input.auth &&
    stored.user === input.user &&
    new URL(stored.url).origin === new URL(input.url).origin;
  if (!stored || !same || stored.secret === '')
    throw new Problem(
      'problems.prometheus-secret',
      {},
      { errors: [{ path: 'prometheus.secret', said: message('validation.prometheus-secret') }] },
    );
  return { ...input, secret: stored.secret };
}

/** What may be shown of it. */
export function shownPrometheus(server: StoredPrometheus | null): PrometheusShown | null {
  if (!server) return null;
  const { secret, ...shown } = server;
  return { ...shown, hasSecret: secret !== '' };
}
