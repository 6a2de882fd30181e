/** A kind of object, as a Role names it. */
export interface ClusterResource {
  /** Empty: the core group. */
  group: string;
  version: string;
  plural: string;
  /** Whether its objects are in namespaces. */
  namespaced: boolean;
}

/** The resource as `kubectl auth can-i` takes it: `pods`, `podautoscalers.autoscaling.internal.knative.dev`. */
export function resourceName({ group, plural }: ClusterResource): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** Where the API server has the resource's objects. */
export function pathOf({ group, version, plural, namespaced }: ClusterResource, namespace: string): string {
  const base = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  return `${base}${namespaced ? `/namespaces/${encodeURIComponent(namespace)}` : ''}/${plural}`;
}
