import { type RevisionReport } from '@/lib/model/cluster-report';

type Settings = Omit<RevisionReport, 'id' | 'kind' | 'atMs' | 'serverAtMs'>;
type Source = 'revision' | 'podautoscaler';

/**
 * Tells the settings of each revision that takes part (a route refers to it, or it has pods) once, and again when they
 * change. A service may have many that lie there from before.
 */
export class RevisionsTold {
  private readonly known = new Map<Source, Map<string, { settings: Settings; atUnixMs: number }>>([
    ['revision', new Map()],
    ['podautoscaler', new Map()],
  ]);
  private readonly told = new Map<string, string>();
  private readonly withPods = new Set<string>();
  private source: Source | null = null;

  constructor(private readonly tell: (settings: Settings, atUnixMs: number) => void) {}

  take(source: Source, settings: Settings, atUnixMs: number): void {
    this.known.get(source)!.set(settings.revision, { settings, atUnixMs });
    if (source === this.source) this.consider(settings.revision);
  }

  /** The Revisions themselves, or, where these may not be read, their PodAutoscalers, which repeat them. */
  listen(source: Source): void {
    this.source = source;
    for (const revision of this.known.get(source)!.keys()) this.consider(revision);
  }

  hasPods(revision: string): void {
    if (this.withPods.has(revision)) return;
    this.withPods.add(revision);
    this.consider(revision);
  }

  private consider(revision: string): void {
    const found = this.source && this.known.get(this.source)!.get(revision);
    if (!found) return;
    const { settings, atUnixMs } = found;
    const takesPart = settings.reachable === true || this.withPods.has(revision);
    const text = JSON.stringify(settings);
    if ((!takesPart && !this.told.has(revision)) || this.told.get(revision) === text) return;
    this.told.set(revision, text);
    this.tell(settings, atUnixMs);
  }
}
