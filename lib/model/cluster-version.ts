/** What the lab's API server adds to its version, as distributions of Kubernetes do. */
export const labVersionSuffix = '+scaletrace-lab';

/** Whether an API server that tells this version is the lab: its pods are processes of this machine. */
export function isLabVersion(version: string): boolean {
  return version.endsWith(labVersionSuffix);
}
