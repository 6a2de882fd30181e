import { type z } from 'zod';
import { type RevisionReport, type ScaleReport } from '@/lib/model/cluster-report';
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
