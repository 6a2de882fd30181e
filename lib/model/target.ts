import { type Service } from './run';

/** How a service's gateway is reached: an address to connect to, and the name to ask for. */
export type Target = Pick<Service, 'gatewayUrl' | 'host' | 'gatewayCa' | 'gatewayUnverified'>;

/** Whether a gateway is spoken to over TLS. */
export function isTls(gatewayUrl: string): boolean {
  return /^https:/i.test(gatewayUrl);
}

/**
 * The URL that a script has as `TARGET_URL`: the gateway's own; over TLS that of the host at the gateway's port, so that
 * the name in the handshake (SNI), in the certificate and in the request are one. k6 is told the gateway's address for it.
 */
export function targetUrlOf({ gatewayUrl, host }: Pick<Service, 'gatewayUrl' | 'host'>): string {
  if (!isTls(gatewayUrl) || !/^[a-z0-9_]([a-z0-9._-]*[a-z0-9])?$/i.test(host)) return gatewayUrl;
  const url = new URL(gatewayUrl);
  url.hostname = host;
  return url.href.replace(/\/$/, '');
}
