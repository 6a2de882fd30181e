import { z } from 'zod';
import { runRetention } from '@/lib/runs/housekeeping';
import { planRetention } from '@/lib/runs/retention';
import { getStore } from '@/lib/store/client';
import { boardSchema, readSetting, retentionSchema, writeSetting } from '@/lib/store/settings';
import { testPrometheus } from '@/lib/cluster/prometheus';
import { prometheusFoundSchema, prometheusInputSchema, prometheusShownSchema } from '@/lib/model/prometheus';
import { changeSecrets, refuseUnshared, requireSeen, seenVersionSchema } from '@/lib/store/secret-files';
import { readPrometheus, shownPrometheus, withSecret, writePrometheus } from '@/lib/store/prometheus';
import { english } from '@/lib/words/english';
import { route } from './route';

const retentionAnswerSchema = z.object({ retention: retentionSchema });
/** How many runs a retention changes; `kept`: old enough, but pinned, a baseline or imported. */
const effectSchema = z.object({
  thin: z.number().int(),
  remove: z.number().int(),
  kept: z.number().int(),
});

const boardAnswerSchema = z.object({ board: boardSchema });

const prometheusBodySchema = z.strictObject({
  prometheus: prometheusInputSchema.nullable(),
  /** The version that was shown to who changes it, null where none was set; left out: whatever is set is replaced. */
  version: seenVersionSchema.nullable().optional(),
});
const prometheusAnswerSchema = z.object({ prometheus: prometheusShownSchema.nullable() });

export const settings = [
  route(
    'GET /api/settings/board',
    {
      summary: 'How long what is watched without a load is kept.',
      access: 'viewer',
      answers: { 200: boardAnswerSchema },
    },
    async () => ({ board: await readSetting(await getStore(), 'board') }),
  ),
  route(
    'PUT /api/settings/board',
    {
      summary: 'Set how long what is watched without a load is kept; what is older goes within ten minutes.',
      access: 'admin',
      audit: 'settings.change',
      body: boardSchema,
      answers: { 200: boardAnswerSchema },
    },
    async ({ body, note }) => {
      await writeSetting(await getStore(), 'board', body, Date.now());
      note({ target: 'board', detail: body });
      return { board: body };
    },
  ),
  route(
    'GET /api/settings/prometheus',
    {
      summary: 'The Prometheus server that has what the cluster’s autoscaler tells, without its secret.',
      access: 'admin',
      answers: { 200: prometheusAnswerSchema },
    },
    async () => ({ prometheus: shownPrometheus(readPrometheus()) }),
  ),
  route(
    'PUT /api/settings/prometheus',
    {
      summary:
        'Set the Prometheus server, or none. A secret that is not sent stays as it was. Refused where another than the `version` that was shown is set.',
      access: 'admin',
      audit: 'settings.change',
      body: prometheusBodySchema,
      answers: { 200: prometheusAnswerSchema },
    },
    async ({ body, note }) => {
      const store = await getStore();
      if (body.prometheus) await refuseUnshared(store);
      const server = await changeSecrets(store, () => {
        requireSeen(readPrometheus(), body.version);
        return writePrometheus(body.prometheus && withSecret(body.prometheus));
      });
      const prometheus = shownPrometheus(server);
      note({ target: 'prometheus', detail: server ? { url: server.url, auth: server.auth } : {} });
      return { prometheus };
    },
  ),
  route(
    'POST /api/settings/prometheus/test',
    {
      summary: 'Ask a Prometheus server for what it has of the autoscaler. Saves nothing.',
      access: 'admin',
      audit: false,
      body: z.strictObject({ prometheus: prometheusInputSchema }),
      answers: { 200: prometheusFoundSchema },
    },
    async ({ body }) => {
      const { why, ...found } = await testPrometheus(withSecret(body.prometheus));
      return { ...found, why: why && english(why), whyCode: why };
    },
  ),
  route(
    'GET /api/settings/retention',
    {
      summary: 'What becomes of old runs.',
      access: 'viewer',
      answers: { 200: retentionAnswerSchema },
    },
    async () => ({ retention: await readSetting(await getStore(), 'retention') }),
  ),
  route(
    'PUT /api/settings/retention',
    {
      summary: 'Set what becomes of old runs; it is applied daily.',
      access: 'admin',
      audit: 'settings.change',
      body: retentionSchema,
      answers: { 200: retentionAnswerSchema },
    },
    async ({ body, note }) => {
      await writeSetting(await getStore(), 'retention', body, Date.now());
      note({ target: 'retention', detail: body });
      return { retention: body };
    },
  ),
  route(
    'POST /api/settings/retention/preview',
    {
      summary: 'How many runs a retention would change now. Changes nothing.',
      access: 'viewer',
      audit: false,
      body: retentionSchema,
      answers: { 200: effectSchema },
    },
    async ({ body }) => {
      const { thin, remove, kept } = await planRetention(await getStore(), body, Date.now());
      return { thin: thin.length, remove: remove.length, kept };
    },
  ),
  route(
    'POST /api/settings/retention/run',
    {
      summary: 'Apply the saved retention now. Answers with how many runs were changed.',
      access: 'admin',
      audit: 'retention.run',
      answers: { 200: effectSchema },
    },
    async ({ note }) => {
      const { thin, remove, kept } = await runRetention(await getStore());
      const effect = { thin: thin.length, remove: remove.length, kept };
      note({ target: 'retention', detail: effect });
      return effect;
    },
  ),
] as const;
