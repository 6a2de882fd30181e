import { useSyncExternalStore } from 'react';
import { type ClientCertificateShown } from '@/lib/model/client-certificate';
import { clockMs, subscribeToClock } from '@/app/_ui/clock';
import { useWords } from '@/app/_ui/words/provider';

/** How a client certificate is told: until which day (UTC) it is valid, and in one line whose it is. */
export function useCertificateWords(): {
  until: (certificate: ClientCertificateShown) => string;
  fact: (certificate: ClientCertificateShown) => string;
} {
  const t = useWords();
  const nowMs = useSyncExternalStore(subscribeToClock, clockMs, () => null);
  const until = ({ validToUnixMs }: ClientCertificateShown): string =>
    new Date(validToUnixMs).toISOString().slice(0, 10);
  return {
    until,
    fact: (certificate) =>
      t(
        nowMs !== null && certificate.validToUnixMs < nowMs
          ? 'services.clientExpired'
          : 'services.clientFact',
        {
          subject: certificate.subject,
          until: until(certificate),
        },
      ),
  };
}
