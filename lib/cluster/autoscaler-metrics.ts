import { type KubeConfig } from '@kubernetes/client-node';
import { type AutoscalerReport } from '@/lib/model/cluster-report';
import { message, type Message } from '@/lib/model/message';
import { followSystemMetrics, revisionNumbers, systemPods } from './system-metrics';

/** The autoscaler's pods, and what they tell through the API server. */
const autoscaler = systemPods('autoscaler', message('unread.without-autoscaler'));
export const autoscalerProxy = autoscaler.proxy;

/** What an autoscaler's metrics say of one revision at one moment. */
export type AutoscalerSeen = Pick<
  AutoscalerReport,
  'stable' | 'panic' | 'target' | 'desired' | 'panicMode' | 'excess'
>;

/** Names since Knative 1.19, and before; where a revision scales on requests/s, theirs. */
export const metricFields: Readonly<Record<string, keyof AutoscalerSeen>> = {
  kn_revision_concurrency_stable: 'stable',
  kn_revision_concurrency_panic: 'panic',
  kn_revision_concurrency_target: 'target',
  kn_revision_rps_stable: 'stable',
  kn_revision_rps_panic: 'panic',
  kn_revision_rps_target: 'target',
  kn_revision_pods_desired: 'desired',
  kn_revision_panic_mode: 'panicMode',
  kn_revision_capacity_excess: 'excess',
  autoscaler_stable_request_concurrency: 'stable',
  autoscaler_panic_request_concurrency: 'panic',
  autoscaler_target_concurrency_per_pod: 'target',
  autoscaler_stable_requests_per_second: 'stable',
  autoscaler_panic_requests_per_second: 'panic',
  autoscaler_target_requests_per_second: 'target',
  autoscaler_desired_pods: 'desired',
  autoscaler_panic_mode: 'panicMode',
  autoscaler_excess_burst_capacity: 'excess',
};
/** Of a revision of which nothing is told. */
export const nothingSeen: AutoscalerSeen = {
  stable: null,
  panic: null,
  target: null,
  desired: null,
  panicMode: null,
  excess: null,
};

/** What the autoscaler's Prometheus text says of each revision of a namespace, by its name. */
export function readAutoscalerText(text: string, namespace: string): Map<string, AutoscalerSeen> {
  const seen = new Map<string, AutoscalerSeen>();
  for (const { name, revision, value } of revisionNumbers(text, namespace, (one) => one in metricFields))
    seen.set(revision, { ...(seen.get(revision) ?? nothingSeen), [metricFields[name]!]: value });
  return seen;
}

/**
 * Reads the autoscaler's own metrics every two seconds through the API server's proxy, and tells of each revision of
 * `revisions` what has changed. Of several pods each decides for some of the revisions, and one that is made anew has
 * another name. `listed` resolves with why they cannot be read; null: they can.
 */
export function followAutoscaler(options: {
  config: KubeConfig;
  namespace: string;
  revisions: ReadonlySet<string>;
  onReport: (report: AutoscalerSeen & { revision: string }, atUnixMs: number) => void;
  /** It cannot be read any more, from then on until `onBack`. */
  onLost: (why: Message, atUnixMs: number) => void;
  onBack: (atUnixMs: number) => void;
}): { listed: Promise<Message | null>; stop: () => void } {
  const { namespace, revisions, onReport, ...more } = options;
  const told = new Map<string, string>();
  return followSystemMetrics({
    ...more,
    of: autoscaler,
    names: Object.keys(metricFields),
    everyMs: 2000,
    // Each decides for some of the revisions.
    needsAll: false,
    onRead({ texts, atUnixMs }) {
      for (const [pod, text] of texts)
        for (const [revision, seen] of readAutoscalerText(text, namespace)) {
          const words = JSON.stringify(seen);
          const key = `${pod} ${revision}`;
          if (!revisions.has(revision) || told.get(key) === words) continue;
          told.set(key, words);
          onReport({ revision, ...seen }, atUnixMs);
        }
    },
  });
}
