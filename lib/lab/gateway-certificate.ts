import { type Authority } from './certificates';
import { type ClusterState } from './cluster-state';
import { type Gateway } from './gateway';

const always = ['localhost', '127.0.0.1', '::1'];

/**
 * Gives the gateway a certificate for all hosts that the lab can have, and a new one whenever there are more: a wildcard
 * for each namespace. Resolves when the first is in use.
 */
export async function certifyGateway(
  { namespaces }: ClusterState,
  gateway: Gateway,
  authority: Authority,
): Promise<void> {
  let shown = '';
  let last = Promise.resolve();
  const certify = (): Promise<void> =>
    (last = last.then(async () => {
      const names = [...always, ...namespaces.list().map(({ metadata }) => `*.${metadata.name}.example.com`)];
      if (names.join() === shown) return;
      shown = names.join();
      gateway.certify(await authority.sign(names));
    }));
  namespaces.subscribe(() => void certify());
  await certify();
}
