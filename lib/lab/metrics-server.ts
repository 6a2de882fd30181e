import { readFileSync } from 'node:fs';
import { type ObjectStore } from './object-store';
import { goDuration, kubeTime } from './objects/times';
import { queueProxy, userContainer } from './pod-object';

const usualEveryMs = 15_000;
/** A container is told from its start on where it is so old, and younger than a whole interval (metrics-server). */
const freshMs = 10_000;

interface Sample {
  atMs: number;
  cpuMs: number;
}
interface Followed {
  namespace: string;
  pid: number;
  startedMs: number;
  last: Sample | null;
}

/** What pods use, measured of their processes and told as metrics-server does: means from one sample to the next. */
export class MetricsServer {
  private readonly followed = new Map<string, Followed>();
  private timer: NodeJS.Timeout | null = null;
  private everyMs = usualEveryMs;

  constructor(
    private readonly pods: ObjectStore,
    private readonly told: ObjectStore,
  ) {
    pods.subscribe(({ type, object: { metadata } }) => {
      if (type === 'DELETED') told.remove(metadata.namespace, metadata.name);
    });
  }

  start(everyMs = usualEveryMs): void {
    this.everyMs = everyMs;
    this.timer = setInterval(() => this.sample(), everyMs);
  }

  close(): void {
    if (this.timer) clearInterval(this.timer);
  }

  /** A pod's container runs, in this process. */
  follow(namespace: string, name: string, pid: number): void {
    this.followed.set(name, { namespace, pid, startedMs: Date.now(), last: null });
  }

  /** It has ended. */
  leave(name: string): void {
    this.followed.delete(name);
  }

  private sample(): void {
    for (const [name, one] of this.followed) {
      const used = usedBy(one.pid);
      if (!used) continue;
      const atMs = Date.now();
      const ageMs = atMs - one.startedMs;
      const isFresh = ageMs < this.everyMs && ageMs >= Math.min(freshMs, (this.everyMs * 2) / 3);
      const before = one.last ?? (isFresh ? { atMs: one.startedMs, cpuMs: 0 } : null);
      one.last = { atMs, cpuMs: used.cpuMs };
      if (before) this.tell(name, one.namespace, before, { atMs, ...used });
    }
  }

  private tell(name: string, namespace: string, before: Sample, now: Sample & { rssBytes: number }): void {
    const pod = this.pods.get(namespace, name);
    if (!pod) return;
    const windowMs = now.atMs - before.atMs;
    const nanocores = Math.round(((now.cpuMs - before.cpuMs) / windowMs) * 1e9);
    const { labels } = pod.metadata;
    const object = {
      apiVersion: 'metrics.k8s.io/v1beta1',
      kind: 'PodMetrics',
      metadata: { name, namespace, ...(labels ? { labels } : {}) },
      timestamp: kubeTime(now.atMs),
      window: goDuration(windowMs),
      containers: [
        {
          name: userContainer,
          usage: { cpu: `${nanocores}n`, memory: `${Math.round(now.rssBytes / 1024)}Ki` },
        },
        // The gateway does its work.
        { name: queueProxy, usage: { cpu: '0', memory: '0' } },
      ],
    };
    const known = this.told.get(namespace, name);
    if (known) this.told.update({ ...known, ...object, metadata: known.metadata });
    else this.told.create(object);
  }
}

/** Linux counts a process's CPU in hundredths of a second, its memory in pages of 4 KiB. */
const tickMs = 10;
const pageBytes = 4096;

/** CPU and memory of a process by /proc; null where there is none: it has ended, or this is not Linux. */
function usedBy(pid: number): { cpuMs: number; rssBytes: number } | null {
  try {
    // The program's name may hold spaces and brackets; fields are counted after it, from the third on.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return {
      cpuMs: (Number(fields[11]) + Number(fields[12])) * tickMs,
      rssBytes: Number(fields[21]) * pageBytes,
    };
  } catch {
    return null;
  }
}
