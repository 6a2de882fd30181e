import { z } from 'zod';
import { code, messageSchema } from './message';
import { httpUrl } from './service-input';

/** Who asks: nobody in particular, the bearer of a token, or a user with a password. */
export const prometheusAuthSchema = z.enum(['none', 'bearer', 'basic']);
const auth = prometheusAuthSchema;

/** A Prometheus server that has what the cluster's autoscaler tells, as it is set; a `secret` that is absent stays as it was. */
export const prometheusInputSchema = z
  .strictObject({
    /** What `/api/v1/query` is below. */
    url: httpUrl,
    auth: auth.default('none'),
    user: z.string().max(200).default(''),
    /** The token, or the password. */
    secret: z.string().max(20_000).optional(),
    /** PEM certificates by which the server's own is looked at; empty: this machine's. */
    ca: z.string().max(200_000).default(''),
  })
  .refine((set) => set.auth !== 'basic' || set.user !== '', {
    path: ['user'],
    error: code('validation.prometheus-user'),
  })
  .refine(({ ca }) => ca.trim() === '' || ca.includes('-----BEGIN CERTIFICATE-----'), {
    path: ['ca'],
    error: code('validation.prometheus-ca'),
  });
export type PrometheusInput = z.infer<typeof prometheusInputSchema>;

/** What is asked, with the secret: for the server's own use. */
export interface PrometheusServer {
  url: string;
  auth: z.infer<typeof prometheusAuthSchema>;
  user: string;
  secret: string;
  ca: string;
}

/** What is shown of it. */
export const prometheusShownSchema = z.object({
  url: z.string(),
  auth,
  user: z.string(),
  hasSecret: z.boolean(),
  /** To be sent with a change of it: a later one is not replaced unseen. */
  version: z.string(),
  ca: z.string(),
});
export type PrometheusShown = z.infer<typeof prometheusShownSchema>;

/** What a test of the connection found. */
export const prometheusFoundSchema = z.object({
  /** Null where it does not say. */
  version: z.string().nullable(),
  /** Of how many revisions it has the autoscaler's averages, and how old the newest is, in seconds. */
  revisions: z.number().int(),
  newestSeconds: z.number().nullable(),
  /** What is wrong, in English and as a code; null: nothing. */
  why: z.string().nullable(),
  whyCode: messageSchema.nullable(),
});
export type PrometheusFound = z.infer<typeof prometheusFoundSchema>;
