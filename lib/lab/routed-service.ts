import { type ClusterState } from './cluster-state';
import { type Gateway } from './gateway';
import { type KeptRevisions, type KnativeService } from './knative-service';
import { type AssignedTraffic, writeService } from './objects/service-objects';
import { Revision } from './revision';

/** One service: its revisions, one for each change of its template, and how its Route divides requests over them. */
export class RoutedService {
  private readonly all = new Map<string, Revision>();
  /** The newest revision, and the newest that has been ready. */
  private created: string | null = null;
  private ready: string | null = null;
  private template = '';
  private generation = 0;
  private failure: string | null = null;
  private traffic: AssignedTraffic[] = [];
  private readonly hosts = new Set<string>();
  private removed = false;

  constructor(
    private service: KnativeService,
    private readonly cluster: ClusterState,
    private readonly gateway: Gateway,
    private readonly configMap: () => Record<string, string>,
    /** What it had before the lab was started again. */
    private readonly before: KeptRevisions | null = null,
  ) {}

  /** Its revisions, as they are brought back when the lab is started again. */
  get kept(): KeptRevisions | null {
    const { created, generation } = this;
    if (created === null) return null;
    const older = [...this.all].filter(([name, { isRetired }]) => name !== created && !isRetired);
    return {
      created,
      generation,
      older: older.map(([name, { service }]) => ({ name, template: service.spec.template })),
    };
  }

  get revisions(): Revision[] {
    return [...this.all.values()];
  }

  private get host(): string {
    const { name, namespace } = this.service.metadata;
    return `${name}.${namespace}.example.com`;
  }

  /** Takes the service as it was applied: a changed template makes a revision, changed traffic divides requests anew. */
  apply(service: KnativeService): void {
    const traffic = JSON.stringify(this.service.spec.traffic);
    this.service = service;
    const template = JSON.stringify(service.spec.template);
    const isNew = template !== this.template;
    if (!isNew && traffic === JSON.stringify(service.spec.traffic)) return;
    if (isNew) {
      const before = this.template === '' ? this.before : null;
      this.template = template;
      this.generation =
        before?.generation ??
        (this.generation === 0 ? (service.metadata.generation ?? 1) : this.generation + 1);
      for (const older of before?.older ?? []) this.bringBack(older);
      const name =
        before?.created ??
        service.spec.template.metadata?.name ??
        `${service.metadata.name}-${`${this.generation}`.padStart(5, '0')}`;
      if (!this.all.has(name)) this.create(name);
    }
    this.route();
  }

  private bringBack({ name, template }: KeptRevisions['older'][number]): void {
    const { service } = this;
    const own = { ...service, spec: { ...service.spec, template } };
    this.all.set(name, new Revision(own, name, this.cluster, this.configMap()));
  }

  private create(name: string): void {
    const unready = this.created === this.ready ? null : this.created;
    this.created = name;
    this.failure = null;
    this.write();
    const revision: Revision = new Revision(this.service, name, this.cluster, this.configMap(), (failure) => {
      if (failure === this.failure || this.created !== name || this.removed) return;
      this.failure = failure;
      if (this.ready !== name) this.write();
    });
    this.all.set(name, revision);
    // What never was ready, and is not waited for any more, goes at once.
    if (unready !== null && !this.traffic.some(({ revisionName }) => revisionName === unready)) {
      this.all.get(unready)?.route('reserve');
      void this.all.get(unready)?.retire();
    }
    void revision.untilServing().then(() => {
      if (this.removed || this.created !== name) return;
      this.ready = name;
      this.route();
    });
  }

  /** Where spec.traffic's targets are: the latest revision is the latest that is ready. */
  private route(): void {
    const { service } = this;
    const { name, namespace } = service.metadata;
    const targets = service.spec.traffic?.length
      ? service.spec.traffic
      : [{ latestRevision: true, percent: 100 }];
    const wanted = targets.map((target) => ({ ...target, revision: target.revisionName ?? this.ready }));
    const missing = wanted.find(
      ({ revisionName }) => revisionName !== undefined && !this.all.has(revisionName),
    );
    // Requests go on as they did until all of them have a place.
    if (!missing && wanted.every(({ revision }) => revision !== null)) {
      this.traffic = wanted.map(({ revision, revisionName, percent = 0, tag }) => ({
        revisionName: revision!,
        latestRevision: revisionName === undefined,
        percent,
        ...(tag ? { tag, url: `http://${tag}-${name}.${namespace}.example.com` } : {}),
      }));
      this.divide();
    }
    this.write(missing?.revisionName ?? null);
  }

  private divide(): void {
    const { name, namespace } = this.service.metadata;
    // As Knative's local gateways have it, a service is also asked by its name within the cluster; here by the one gateway.
    const local = `${namespace}.svc.cluster.local`;
    const routes = new Map([
      [this.host, this.traffic],
      [`${name}.${local}`, this.traffic],
    ]);
    for (const target of this.traffic)
      if (target.tag)
        for (const domain of [`${namespace}.example.com`, local])
          routes.set(`${target.tag}-${name}.${domain}`, [{ ...target, percent: 100 }]);
    for (const host of this.hosts) if (!routes.has(host)) this.gateway.unroute(host);
    this.hosts.clear();
    for (const [host, targets] of routes) {
      this.hosts.add(host);
      this.gateway.route(
        host,
        targets.map(({ revisionName, percent }) => ({
          upstream: this.all.get(revisionName)!.upstream,
          percent,
        })),
      );
    }
    const used = new Set(this.traffic.map(({ revisionName }) => revisionName));
    for (const [revision, own] of this.all)
      if (used.has(revision)) own.route('active');
      else if (revision !== this.created || this.created === this.ready) own.route('reserve');
  }

  private write(missing: string | null = null): void {
    const { service, created, ready, failure, host, traffic } = this;
    if (created !== null)
      writeService(this.cluster, service, { created, ready, failure, host, traffic, missing });
  }

  /** The service is deleted: its revisions' objects go at once, their pods drain. */
  remove(): void {
    this.removed = true;
    for (const host of this.hosts) this.gateway.unroute(host);
    for (const revision of this.all.values()) revision.remove();
    for (const revision of this.all.values()) void revision.retire();
  }
}
