import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { stateDirectory } from '@/lib/environment/paths';
import { type ClientCertificate } from '@/lib/model/client-certificate';

const storedSchema: z.ZodType<ClientCertificate> = z.object({ cert: z.string(), key: z.string() });

/** A folder for this user alone, with a file for each service: the database is copied, exported and read by others. */
const folderOf = (): string => join(/* turbopackIgnore: true */ stateDirectory(), 'client-certificates');
const fileOf = (serviceId: string): string =>
  join(/* turbopackIgnore: true */ folderOf(), `${encodeURIComponent(serviceId)}.json`);

/** The certificate that a service's gateway is shown, with its key; null: there is none, or its file cannot be read. */
export function readClientCertificate(serviceId: string): ClientCertificate | null {
  try {
    return storedSchema.parse(JSON.parse(readFileSync(fileOf(serviceId), 'utf8')));
  } catch {
    return null;
  }
}

/** Sets it, or none. A run that starts meanwhile reads the one before or this one, whole. */
export function writeClientCertificate(serviceId: string, certificate: ClientCertificate | null): void {
  const file = fileOf(serviceId);
  if (certificate === null) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(folderOf(), { recursive: true, mode: 0o700 });
  // The mode above is of a new folder only.
  chmodSync(folderOf(), 0o700);
  const made = `${file}.new`;
  rmSync(made, { force: true });
  writeFileSync(made, JSON.stringify(certificate), { mode: 0o600 });
  renameSync(made, file);
}
