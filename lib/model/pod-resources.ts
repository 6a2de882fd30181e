/** The parts of a pod's spec that say what it requests. */
interface Requesting {
  resources?: { requests?: Readonly<Record<string, string | number>> | null | undefined } | null | undefined;
}
export interface RequestingPod extends Requesting {
  containers?: readonly ({ name: string } & Requesting)[] | null | undefined;
  initContainers?:
    readonly ({ name: string; restartPolicy?: string | null | undefined } & Requesting)[] | null | undefined;
}

/** What a pod's containers request together; null: one of them requests nothing, and it is named. */
export interface PodRequest {
  milli: number | null;
  missingIn: string | null;
}

/**
 * A pod's request of a resource in thousandths, as the HPA's controller sums it (replica_calculator.go): the pod's own
 * where it states one, else that of its containers and of init containers that stay; one without a request leaves none.
 */
export function requestOf(spec: RequestingPod | null | undefined, resource: string): PodRequest {
  const own = spec?.resources?.requests?.[resource];
  if (own !== undefined) return { milli: toMilli(own), missingIn: null };
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  let milli = 0;
  for (const { name, resources } of [...(spec?.containers ?? []), ...sidecars]) {
    const asked = resources?.requests?.[resource];
    if (asked === undefined) return { milli: null, missingIn: name };
    milli += toMilli(asked);
  }
  return { milli, missingIn: null };
}

const binary = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimal = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E'];

/** A Kubernetes quantity, such as `250m`, `1.5`, `128Mi` or `1234567n`, in thousandths, rounded up as in Go. Throws where it is none. */
export function toMilli(quantity: string | number): number {
  const [, number, suffix = ''] = /^([+-]?[\d.]+(?:[eE][+-]?\d+)?)([A-Za-z]*)$/.exec(`${quantity}`) ?? [];
  const factor = binary.includes(suffix)
    ? 1024 ** (binary.indexOf(suffix) + 1)
    : 1000 ** (decimal.indexOf(suffix) - decimal.indexOf(''));
  if (number === undefined || !(binary.includes(suffix) || decimal.includes(suffix)))
    throw new Error(`"${quantity}" is no quantity`);
  // A float's own error is no thousandth more.
  return Math.ceil(Number((Number(number) * factor * 1000).toFixed(6)));
}

/** What containers use together, in thousandths, as the HPA's controller sums it; null: one of them was not measured. */
export function usageOf(
  containers: readonly { usage: Readonly<Record<string, string | number>> }[],
  resource: string,
): number | null {
  let milli = 0;
  for (const { usage } of containers) {
    const used = usage[resource];
    if (used === undefined) return null;
    milli += toMilli(used);
  }
  return containers.length === 0 ? null : milli;
}

const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** A sample's window as `metrics.k8s.io` states it: a Go duration such as `15.04s` or `1m0s`. */
export function windowMsOf(text: string): number {
  return [...text.matchAll(/([\d.]+)(h|ms|m|s)/g)].reduce(
    (sum, [, number, unit]) => sum + Number(number) * unitMs[unit!]!,
    0,
  );
}
