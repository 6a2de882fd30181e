import { z } from 'zod';
import { hasCredentials } from './address';
import { concurrencyFromSchema } from './autoscaler-config';
import { clientCertificateInputSchema } from './client-certificate';
import { logLinkSchema } from './log-link';
import { code } from './message';
import { objectiveSchema } from './objective';

/** Whether the port is what keeps an address from being one; 0 is nobody's. */
function hasWrongPort(address: string): boolean {
  const [, before = '', port] = /^(https?:\/\/[^/?#]*[^/?#:]):(\d+)(?=[/?#]|$)/i.exec(address) ?? [];
  return port !== undefined && URL.canParse(before) && (Number(port) < 1 || Number(port) > 65_535);
}

/** Credentials in an address would be shown wherever the address is: they belong into a variable of the run. */
export const httpUrl = z
  .url({
    protocol: /^https?$/,
    abort: true,
    error: ({ input }) =>
      code(hasWrongPort(String(input)) ? 'validation.port-range' : 'validation.http-address'),
  })
  .refine((address) => !hasWrongPort(address), code('validation.port-range'))
  .refine((address) => !hasCredentials(address), code('validation.address-credentials'));
const name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, code('validation.kubernetes-name'));

/** The metrics addresses of a service, one for each replica of its gateway, as they are written: with spaces or commas between. */
export function metricsAddresses(written: string): string[] {
  return written.split(/[\s,]+/).filter((url) => url !== '');
}
const httpUrls = z
  .string()
  .max(2000)
  .refine((written) => !metricsAddresses(written).some(hasCredentials), {
    error: code('validation.address-credentials'),
    abort: true,
  })
  .refine(
    (written) => {
      const urls = metricsAddresses(written);
      return urls.length > 0 && urls.every((url) => httpUrl.safeParse(url).success);
    },
    {
      error: ({ input }) =>
        code(
          metricsAddresses(String(input)).some(hasWrongPort)
            ? 'validation.port-range'
            : 'validation.http-address',
        ),
    },
  );

const kubeContext = z.string().min(1).max(300).nullable();

/** A service as it is registered or changed by hand. */
export const serviceInputSchema = z.strictObject({
  name,
  namespace: name.default('default'),
  gatewayUrl: httpUrl,
  host: z
    .string()
    .min(1, code('validation.host-missing'))
    .max(253)
    .regex(/^[^\s/@?#\p{Cc}]*$/u, code('validation.host-form')),
  /** Absent: the pods that Knative makes for the service. */
  podSelector: z.string().max(500).optional(),
  containerConcurrency: z
    .number(code('validation.container-concurrency'))
    .int(code('validation.container-concurrency'))
    .min(0, code('validation.at-least-number'))
    .max(1000, code('validation.at-most-number'))
    .default(0),
  annotations: z.record(z.string(), z.string()).default({}),
  gatewayMetricsUrl: httpUrls.nullable().default(null),
  gatewayCluster: z.string().max(300).nullable().default(null),
  /** Certificates in PEM that are trusted for a gateway over TLS beside the usual ones. */
  gatewayCa: z.string().max(200_000).nullable().default(null),
  /** True: the gateway's certificate is not looked at, and each run says so. */
  gatewayUnverified: z.boolean().default(false),
  /** What the gateway is shown (mTLS). Absent: as it was; null: none. */
  gatewayClient: clientCertificateInputSchema.nullable().optional(),
  /** One of the kubeconfig's contexts; null: the current one. */
  kubeContext: kubeContext.default(null),
  concurrencyFrom: concurrencyFromSchema.default('knative'),
  /** Absent: as it was; null: nothing is asked for. */
  objective: objectiveSchema.nullable().optional(),
  pricePerPodHour: z
    .number(code('validation.price'))
    .min(0, code('validation.price'))
    .max(1_000_000, code('validation.price'))
    .nullable()
    .optional(),
  /** Absent: as it was; null: none. */
  logLink: logLinkSchema.nullable().optional(),
});
export type ServiceInput = z.input<typeof serviceInputSchema>;
export const applyServiceSchema = z.strictObject({
  yaml: z.string().min(1, code('validation.yaml-missing')).max(200_000),
  kubeContext: kubeContext.default(null),
});
