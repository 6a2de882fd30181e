import { type KubeConfig } from '@kubernetes/client-node';
import { type ActivatorReport } from '@/lib/model/cluster-report';
import { message, type Message } from '@/lib/model/message';
import { followSystemMetrics, revisionNumbers, systemPods } from './system-metrics';

const activator = systemPods('activator', message('unread.without-activator'));

/**
 * A revision's requests that an activator has, waiting or passed on: the mean of the last second as it reports it to the
 * autoscaler, so one less in the second in which the first came. Names since Knative 1.19, and before
 * (pkg/activator/handler/metrics.go).
 */
const activatorMetrics = ['kn_revision_request_concurrency', 'activator_request_concurrency'];

/** What activators tell of a revision. */
export type ActivatorSeen = Pick<ActivatorReport, 'revision' | 'inFlight'>;

/** What several activators' Prometheus texts say together of each revision of a namespace, by its name. */
export function readActivatorTexts(texts: Iterable<string>, namespace: string): Map<string, number> {
  const held = new Map<string, number>();
  for (const text of texts)
    for (const { revision, value } of revisionNumbers(text, namespace, (name) =>
      activatorMetrics.includes(name),
    ))
      held.set(revision, (held.get(revision) ?? 0) + value);
  return held;
}

/**
 * Reads what all activators together have in flight of each revision of `revisions`, each second, and tells what has changed; null: no activator can be read any more. Where some cannot be read, what the others have is told, and that it is
 * not all (`onLost`). `listed` resolves with why they cannot be read, or not all; null: they can.
 */
export function followActivators(options: {
  config: KubeConfig;
  namespace: string;
  revisions: ReadonlySet<string>;
  onReport: (report: ActivatorSeen, atUnixMs: number) => void;
  onLost: (why: Message, atUnixMs: number) => void;
  onBack: (atUnixMs: number) => void;
}): { listed: Promise<Message | null>; stop: () => void } {
  const { namespace, revisions, onReport, ...more } = options;
  const told = new Map<string, number | null>();
  return followSystemMetrics({
    ...more,
    of: activator,
    names: activatorMetrics,
    everyMs: 1000,
    needsAll: true,
    onRead({ texts, isWhole, atUnixMs }) {
      const held = readActivatorTexts(texts.values(), namespace);
      const tell = (revision: string, inFlight: number | null): void => {
        if (!revisions.has(revision) || told.get(revision) === inFlight) return;
        told.set(revision, inFlight);
        onReport({ revision, inFlight }, atUnixMs);
      };
      for (const [revision, inFlight] of held) tell(revision, inFlight);
      // An activator that was begun anew has had none of it yet.
      for (const revision of told.keys()) if (!held.has(revision)) tell(revision, isWhole ? 0 : null);
    },
  });
}
