import { type DomainMapping } from './domain-mappings';
import { FaultSwitch } from './fault-switch';
import { MetricsServer } from './metrics-server';
import { Nodes } from './nodes';
import { ObjectStore, VersionClock } from './object-store';
import { EventRecorder } from './objects/events';
import { type KnativeService } from './knative-service';

/** All that the lab's Kubernetes API serves, one store a resource, and those who write it together. */
export class ClusterState {
  readonly clock = new VersionClock();
  readonly namespaces = new ObjectStore(this.clock);
  readonly configMaps = new ObjectStore(this.clock);
  readonly services = new ObjectStore<KnativeService>(this.clock);
  readonly domainMappings = new ObjectStore<DomainMapping>(this.clock);
  readonly configurations = new ObjectStore(this.clock);
  readonly routes = new ObjectStore(this.clock);
  readonly revisions = new ObjectStore(this.clock);
  readonly podAutoscalers = new ObjectStore(this.clock);
  readonly horizontalPodAutoscalers = new ObjectStore(this.clock);
  readonly deployments = new ObjectStore(this.clock);
  readonly replicaSets = new ObjectStore(this.clock);
  readonly testRuns = new ObjectStore(this.clock);
  readonly jobs = new ObjectStore(this.clock);
  readonly secrets = new ObjectStore(this.clock);
  readonly pods = new ObjectStore(this.clock);
  readonly nodeObjects = new ObjectStore(this.clock);
  readonly eventObjects = new ObjectStore(this.clock);
  readonly podMetrics = new ObjectStore(this.clock);
  readonly metricsServer = new MetricsServer(this.pods, this.podMetrics);
  readonly faults = new FaultSwitch();
  readonly events = new EventRecorder(this.eventObjects);
  readonly nodes = new Nodes(this.nodeObjects, this.events, this.faults);
}
