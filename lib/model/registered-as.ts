import { type Service } from './run';

/** The registered service that a run's is: by its id, or, as one that was forgotten and registered again has another, by name and gateway. */
export function registeredAs<S extends Pick<Service, 'id' | 'namespace' | 'name' | 'gatewayUrl'>>(
  services: readonly S[],
  { id, namespace, name, gatewayUrl }: Service,
): S | undefined {
  return (
    services.find((one) => one.id === id) ??
    services.find((one) => one.namespace === namespace && one.name === name && one.gatewayUrl === gatewayUrl)
  );
}
