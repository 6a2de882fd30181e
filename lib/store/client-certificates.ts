import { z } from 'zod';
import { type ClientCertificate } from '@/lib/model/client-certificate';
import { readSecrets, writeSecrets } from './secret-files';

const storedSchema: z.ZodType<ClientCertificate> = z.object({ cert: z.string(), key: z.string() });

/** A file for each service. */
const fileOf = (serviceId: string): string => `client-certificates/${encodeURIComponent(serviceId)}.json`;

/** The certificate that a service's gateway is shown, with its key; null: there is none, or its file cannot be read. */
export function readClientCertificate(serviceId: string): ClientCertificate | null {
  return readSecrets(fileOf(serviceId), storedSchema);
}

/** Sets it, or none. A run that starts meanwhile reads the one before or this one, whole. Throws a Problem where its folder cannot be written. */
export function writeClientCertificate(serviceId: string, certificate: ClientCertificate | null): void {
  writeSecrets(fileOf(serviceId), certificate);
}
