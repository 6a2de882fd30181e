import { type PodEvent, type PodPhase } from '@/lib/model/recording';

interface SeenPod {
  phase: PodPhase;
  revision: string | null;
  /** On the run's clock; null: not ready yet. */
  readySinceMs: number | null;
  untilMs: number | null;
}

/** The pods that a run has now, by what was told of them, and the most that it had. */
export class SeenPods {
  /** Ready pods at most, so far. */
  peakReady = 0;
  /** The revisions that had ready pods at once, where they were most. */
  revisionsAtOnce: readonly string[] = [];
  private readonly pods = new Map<string, SeenPod>();

  /** Takes what was told of a pod last. */
  take(event: Omit<PodEvent, 'id'>): void {
    if (event.phase === 'gone') this.pods.delete(event.uid);
    else this.pods.set(event.uid, seenPod(event, this.pods.get(event.uid)));
    this.peakReady = Math.max(this.peakReady, this.ready);
    const revisions = this.readyRevisions;
    if (revisions.length > this.revisionsAtOnce.length) this.revisionsAtOnce = revisions;
  }

  /** How many are ready. */
  get ready(): number {
    let ready = 0;
    for (const { phase } of this.pods.values()) if (phase === 'ready') ready++;
    return ready;
  }

  /** All that are there. */
  get all(): { uid: string; phase: PodPhase; revision: string | null }[] {
    return [...this.pods].map(([uid, { phase, revision }]) => ({ uid, phase, revision }));
  }

  /** When each could take requests, on the run's clock; `untilMs` null: it still can. */
  get served(): { readySinceMs: number; untilMs: number | null; revision: string | null }[] {
    return [...this.pods.values()].flatMap(({ readySinceMs, untilMs, revision }) =>
      readySinceMs === null ? [] : [{ readySinceMs, untilMs, revision }],
    );
  }

  private get readyRevisions(): string[] {
    const ready = [...this.pods.values()].flatMap(({ phase, revision }) =>
      phase === 'ready' && revision !== null ? [revision] : [],
    );
    return [...new Set(ready)].sort();
  }
}

/** A pod that was ending when it was first seen had been there before, for how long is not known. */
function seenPod(event: Omit<PodEvent, 'id'>, before: SeenPod | undefined): SeenPod {
  const { phase } = event;
  const changedMs = event.serverAtMs ?? event.atMs;
  const endsFirst = phase === 'terminating' && before === undefined;
  return {
    phase,
    revision: event.revision,
    readySinceMs: before?.readySinceMs ?? (endsFirst ? -Infinity : phase === 'ready' ? changedMs : null),
    untilMs: phase === 'ready' ? null : (before?.untilMs ?? (phase === 'terminating' ? changedMs : null)),
  };
}
