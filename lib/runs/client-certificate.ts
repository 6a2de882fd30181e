import { type ClientCertificate } from '@/lib/model/client-certificate';
import { Problem } from '@/lib/model/problem';
import { type Service } from '@/lib/model/run';
import { isTls } from '@/lib/model/target';
import { readClientCertificate } from '@/lib/store/client-certificates';

/**
 * What a service's gateway is shown; null: nothing is to be. Throws a Problem where the file that it is kept in is gone,
 * as after a database was copied without it.
 */
export function clientCertificateOf(
  service: Pick<Service, 'id' | 'name' | 'gatewayUrl' | 'gatewayClient'>,
): ClientCertificate | null {
  if (!service.gatewayClient || !isTls(service.gatewayUrl)) return null;
  const kept = readClientCertificate(service.id);
  if (!kept) throw new Problem('problems.client-key-missing', { name: service.name });
  return kept;
}
