import { type Run } from '@/lib/model/run';
import { maskFiles, maskOf } from '@/lib/masking/mask';
import { metricsAddresses } from '@/lib/model/service-input';

/** What a reader of a link may see of a run. */
export interface Shown {
  run(run: Run): Run;
  /** Any other data of the run: its strings are masked, its numbers stay. */
  value: <T>(value: T) => T;
}

/** Masks one run for the reader of a link: its secrets, the addresses behind its gateway, and its id. `notes`: show them. */
export function shownOf(run: Run, { publicId, notes }: { publicId: string; notes: boolean }): Shown {
  const mask = maskOf(run);
  const hideAddresses = hiding(addressesOf(run));
  const walk = (item: unknown): unknown => {
    if (typeof item === 'string') return hideAddresses(item);
    if (Array.isArray(item)) return item.map(walk);
    return typeof item === 'object' && item !== null
      ? Object.fromEntries(
          Object.entries(item).map(([name, inner]: [string, unknown]) => [hideAddresses(name), walk(inner)]),
        )
      : item;
  };
  const value = <T>(item: T): T => walk(mask.shape(item)) as T;
  return {
    value,
    run: (current) =>
      sharedRun(current, {
        publicId,
        notes,
        value,
        env: (env) => mask.env(env),
        script: (text) => hideAddresses(mask.script(text)),
        files: (files) =>
          maskFiles(files, mask).map((file) => ({ ...file, text: file.text && hideAddresses(file.text) })),
      }),
  };
}

/** Field by field, so that what a run will have one day is not shared before somebody has looked at it. */
function sharedRun(
  run: Run,
  {
    publicId,
    notes,
    value,
    env,
    script,
    files,
  }: {
    publicId: string;
    notes: boolean;
    value: Shown['value'];
    env: (env: Run['env']) => Run['env'];
    script: (text: string) => string;
    files: (files: Run['files']) => Run['files'];
  },
): Run {
  const { service } = run;
  return {
    id: publicId,
    name: value(run.name),
    state: run.state,
    stateReason: value(run.stateReason),
    stateReasonCode: run.stateReasonCode,
    stateReasonData: value(run.stateReasonData),
    service: {
      id: '',
      name: service.name,
      namespace: service.namespace,
      host: service.host,
      containerConcurrency: service.containerConcurrency,
      annotations: value(service.annotations),
      origin: service.origin,
      gatewayUrl: '',
      podSelector: '',
      gatewayMetricsUrl: null,
      gatewayCluster: null,
      kubeContext: null,
      concurrencyFrom: service.concurrencyFrom,
      gatewayUnverified: service.gatewayUnverified ?? false,
      // Whose it is is nobody's business.
      gatewayClient: null,
      objective: service.objective ?? null,
      pricePerPodHour: null,
    },
    scriptName: value(run.scriptName),
    scriptText: script(run.scriptText),
    entry: value(run.entry),
    files: files(run.files),
    env: value(env(run.env)),
    plainEnv: run.plainEnv,
    options: value(run.options),
    k6Version: run.k6Version,
    scaletraceVersion: run.scaletraceVersion,
    // Where its pods were placed is nobody's business.
    operator: run.operator && { runners: run.operator.runners, image: run.operator.image },
    clusterVersion: run.clusterVersion,
    createdAtMs: run.createdAtMs,
    originMs: run.originMs,
    loadStartMs: run.loadStartMs,
    loadEndMs: run.loadEndMs,
    endedAtMs: run.endedAtMs,
    stopAsked: run.stopAsked,
    figures: run.figures,
    objective: run.objective,
    // What pods cost is nobody's business.
    verdict: value(run.verdict && { ...run.verdict, figures: { ...run.verdict.figures, cost: null } }),
    autoscaling: value(run.autoscaling),
    summary: value(run.summary),
    notes: notes ? value(run.notes) : '',
    tags: value(run.tags),
    pinned: false,
    thinnedStepMs: run.thinnedStepMs,
    protocols: run.protocols,
    engine: run.engine,
    runners: run.runners,
    importedFrom: value(run.importedFrom),
    startedBy: null,
  };
}

/** `host:port` of the gateway and of its metrics, where the service is not known by that very name. */
function addressesOf({ service }: Run): string[] {
  return [service.gatewayUrl, ...metricsAddresses(service.gatewayMetricsUrl ?? '')].flatMap((text) => {
    if (!URL.canParse(text)) return [];
    const { host, hostname } = new URL(text);
    return hostname === service.host ? [] : [host];
  });
}

function hiding(addresses: readonly string[]): (text: string) => string {
  const unique = [...new Set(addresses)].sort((a, b) => b.length - a.length);
  return (text) => unique.reduce((hidden, address) => hidden.replaceAll(address, 'gateway'), text);
}
