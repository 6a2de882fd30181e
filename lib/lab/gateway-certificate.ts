import { type Authority } from './certificates';
import { type ClusterState } from './cluster-state';
import { type Gateway } from './gateway';

const always = ['localhost', '127.0.0.1', '::1'];

/** The gateway's one certificate, for all hosts that the lab has: a wildcard for each namespace, and mapped domains. */
export class GatewayCertificate {
  private names = '';
  private last = Promise.resolve();

  constructor(
    private readonly cluster: ClusterState,
    private readonly gateway: Gateway,
    private readonly authority: Authority,
  ) {
    cluster.namespaces.subscribe(() => void this.renew());
  }

  /** Resolves when the certificate in use has all hosts that there are. */
  renew(): Promise<void> {
    this.last = this.last.then(async () => {
      const { namespaces, domainMappings } = this.cluster;
      const names = [
        ...always,
        ...namespaces.list().map(({ metadata }) => `*.${metadata.name}.example.com`),
        ...new Set(domainMappings.list().map(({ metadata }) => metadata.name)),
      ];
      if (names.join() === this.names) return;
      this.gateway.certify(await this.authority.sign(names));
      this.names = names.join();
    });
    return this.last;
  }
}
