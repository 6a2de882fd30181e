import { z } from 'zod';
import { type RevisionReport, type ScaleReport } from '@/lib/model/cluster-report';
import { toUnixMs } from './pod-phase';
import { type OptionalResource } from './unread';

/** A kind of object that says how many pods the cluster asks for. */
export interface ScaleResource<T> extends OptionalResource {
  source: ScaleReport['source'];
  schema: z.ZodType<T>;
  /** The settings that it scales by, by name, where it states them. */
  settingsOf?: (object: T) => ReadonlyMap<string, string>;
  /** What it says of its revision's settings. */
  revisionOf?: (object: T) => Omit<RevisionReport, 'id' | 'kind' | 'atMs' | 'serverAtMs'>;
  scaleOf: (object: T) => Pick<ScaleReport, 'revision' | 'desired' | 'actual' | 'reason' | 'average'>;
}

const changedSchema = z.looseObject({
  metadata: z.looseObject({
    managedFields: z.array(z.looseObject({ time: z.string().nullish() })).nullish(),
  }),
});

/**
 * When the API server says that an object was changed last, Unix ms of its clock in whole seconds, by its managedFields
 * (https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers); null where it does not say.
 */
export function changedUnixMs(object: unknown): number | null {
  const fields = changedSchema.safeParse(object).data?.metadata.managedFields ?? [];
  const times = fields.map(({ time }) => toUnixMs(time)).filter((ms) => ms !== null);
  return times.length > 0 ? Math.max(...times) : null;
}
