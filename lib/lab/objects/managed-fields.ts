import { isDeepStrictEqual } from 'node:util';
import { type KubeObject, type ManagedFields } from '@/lib/lab/object-store';
import { kubeTime } from './times';

/** Who writes what of a kind of object, by the names of the programs. */
export interface Managers {
  makes: string;
  spec: string;
  status: string;
}

type Made = Pick<KubeObject, 'apiVersion'> & {
  metadata: Pick<KubeObject['metadata'], 'labels' | 'annotations' | 'ownerReferences'>;
  spec?: unknown;
};

/**
 * Who wrote which fields of a new object, as the API server notes it
 * (https://kubernetes.io/docs/reference/using-api/server-side-apply/#managers).
 */
export function madeBy({ makes }: Managers, { apiVersion, metadata, spec }: Made): ManagedFields[] {
  const { labels, annotations, ownerReferences } = metadata;
  return [entry(makes, apiVersion, { metadata: { labels, annotations, ownerReferences }, spec })];
}

/** The same after a change: an entry has the time of its manager's last change, and a status is written by itself. */
export function changedBy(
  { spec, status }: Managers,
  before: KubeObject,
  after: KubeObject,
): ManagedFields[] {
  let fields = after.metadata.managedFields ?? [];
  const put = (one: ManagedFields): void => {
    fields = [
      ...fields.filter(
        ({ manager, subresource }) => manager !== one.manager || subresource !== one.subresource,
      ),
      one,
    ];
  };
  if (!isDeepStrictEqual(before.spec, after.spec))
    put(entry(spec, after.apiVersion, { spec: changed(before.spec, after.spec) }));
  if (!isDeepStrictEqual(before.status, after.status))
    put({ ...entry(status, after.apiVersion, { status: after.status }), subresource: 'status' });
  return fields;
}

function entry(manager: string, apiVersion: string, value: object): ManagedFields {
  const fieldsV1 = pathsOf(value) as Record<string, unknown>;
  return { manager, operation: 'Update', apiVersion, time: kubeTime(), fieldsType: 'FieldsV1', fieldsV1 };
}

/** The fields that are another now. */
function changed(before: unknown, after: unknown): Record<string, unknown> {
  const old = (before ?? {}) as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(after ?? {}).filter(([key, value]) => !isDeepStrictEqual(old[key], value)),
  );
}

/** A value's fields by their names alone; a list is one field. */
function pathsOf(value: unknown): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, own]) => (own === undefined ? [] : [[`f:${key}`, pathsOf(own)]])),
  );
}
