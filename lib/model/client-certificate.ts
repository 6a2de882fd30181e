import { z } from 'zod';
import { code } from './message';

/** A certificate and its private key, both PEM, by which a client shows a gateway who it is (mTLS). */
export interface ClientCertificate {
  cert: string;
  key: string;
}

/** As it is entered with a service; the key is never answered. */
export const clientCertificateInputSchema = z.strictObject({
  /** PEM: the client's own first, then those between it and its authority. */
  certificate: z.string().min(1, code('validation.no-certificate')).max(200_000),
  /** PEM, not encrypted. */
  key: z.string().min(1, code('validation.no-key')).max(50_000),
});
export type ClientCertificateInput = z.infer<typeof clientCertificateInputSchema>;

/** What may be shown of it. */
export const clientCertificateShownSchema = z.object({
  subject: z.string(),
  issuer: z.string(),
  validFromUnixMs: z.number(),
  validToUnixMs: z.number(),
});
export type ClientCertificateShown = z.infer<typeof clientCertificateShownSchema>;
