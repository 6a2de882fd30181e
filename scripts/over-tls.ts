import { readFileSync } from 'node:fs';
import { type ApiClient } from '@/lib/api/client';
import { type Service } from '@/lib/model/run';

/** Has a service reached through the lab's HTTPS listener, whose authority it then names. */
export async function overTls(
  api: ApiClient,
  { id, origin: _origin, gatewayClient: _none, ...service }: Service,
  { gatewayTlsUrl, caFile }: { gatewayTlsUrl: string; caFile: string },
): Promise<{ service: Service }> {
  return api('PUT /api/services/{id}', {
    params: { id },
    body: { ...service, gatewayUrl: gatewayTlsUrl, gatewayCa: readFileSync(caFile, 'utf8') },
  });
}
