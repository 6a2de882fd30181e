const prefix = 'autoscaling.knative.dev/';
/** Knative writes these into a PodAutoscaler where nobody set them. */
const defaulted: ReadonlyMap<string, string> = new Map([
  [`${prefix}class`, 'kpa.autoscaling.knative.dev'],
  [`${prefix}metric`, 'concurrency'],
]);

/** The annotations that tell how a revision is scaled. */
export function autoscalingAnnotations(
  annotations: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(annotations).filter(([name]) => name.startsWith(prefix)));
}

/** What a revision is scaled by: its autoscaling annotations and its containerConcurrency, without defaults. */
export function scalingSettings(
  annotations: Readonly<Record<string, string>>,
  containerConcurrency: number,
): Map<string, string> {
  const settings = new Map(
    Object.entries(autoscalingAnnotations(annotations)).filter(
      ([name, value]) => defaulted.get(name) !== value,
    ),
  );
  if (containerConcurrency > 0) settings.set('containerConcurrency', `${containerConcurrency}`);
  return settings;
}

/** The settings in which two differ, by name; null: not set. */
export function differingSettings(
  ours: ReadonlyMap<string, string>,
  theirs: ReadonlyMap<string, string>,
): { setting: string; ours: string | null; theirs: string | null }[] {
  return [...new Set([...ours.keys(), ...theirs.keys()])]
    .map((setting) => ({
      setting,
      ours: ours.get(setting) ?? null,
      theirs: theirs.get(setting) ?? null,
    }))
    .filter((one) => one.ours !== one.theirs);
}
