import { type PodUsage } from '@/lib/model/cluster-report';
import { type PodEvent, type PodPhase } from '@/lib/model/recording';
import { type HpaPod } from './pods';

interface SeenPod {
  name: string;
  revision: string | null;
  phase: PodPhase;
  /** When it became ready, or stopped being so. */
  changedMs: number;
}

const milliBytes = 1000;

/** A service's pods with what they were last seen to use: what an HPA on CPU or memory calculates with. */
export class MeasuredPods {
  private readonly pods = new Map<string, SeenPod>();
  private readonly usage = new Map<string, PodUsage>();
  /** The last one that was seen of each revision: its pods request the same, also those that were not measured yet. */
  private readonly ofRevision = new Map<string | null, PodUsage>();

  onPod(event: Pick<PodEvent, 'uid' | 'name' | 'phase' | 'revision' | 'atMs' | 'serverAtMs'>): void {
    const { uid, name, phase, revision } = event;
    if (phase === 'gone') {
      this.pods.delete(uid);
      this.usage.delete(name);
      return;
    }
    const before = this.pods.get(uid);
    const changedMs = event.serverAtMs ?? event.atMs;
    const isSame = before !== undefined && (before.phase === 'ready') === (phase === 'ready');
    const began = before?.phase === 'pending' && phase !== 'pending';
    this.pods.set(uid, {
      name,
      revision,
      phase,
      changedMs: isSame && !began ? before.changedMs : changedMs,
    });
  }

  onUsage(pods: readonly PodUsage[]): void {
    for (const pod of pods) {
      this.usage.set(pod.pod, pod);
      this.ofRevision.set(pod.revision, pod);
    }
  }

  /** As the controller sees them, with their CPU or memory; times in Unix ms, where `originMs` is the recording's zero. */
  seen(resource: string, originMs: number, revision?: string | null): HpaPod[] {
    const pods: HpaPod[] = [];
    for (const { name, revision: own, phase, changedMs } of this.pods.values()) {
      if (revision !== undefined && own !== revision) continue;
      const usage = this.usage.get(name);
      const like = usage ?? this.ofRevision.get(own);
      const isCpu = resource === 'cpu';
      const value = isCpu ? usage?.cpuMilli : usage?.memoryBytes;
      const request = isCpu ? like?.cpuRequestMilli : like?.memoryRequestBytes;
      const factor = isCpu ? 1 : milliBytes;
      pods.push({
        name,
        phase: phase === 'pending' ? 'Pending' : 'Running',
        deleting: phase === 'terminating',
        ready: { status: phase === 'ready', changedAtMs: originMs + changedMs },
        startedAtMs: originMs + (usage?.startedAtMs ?? changedMs),
        request: request == null ? null : request * factor,
        noRequest: like?.noCpuRequest ?? null,
        samples: value == null ? {} : { [resource]: value * factor },
        sampledAtMs: originMs + (usage?.sampledAtMs ?? 0),
        sampleWindowMs: usage?.windowMs ?? 0,
      });
    }
    return pods;
  }
}
