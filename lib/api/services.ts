import { z } from 'zod';
import { ClusterError } from '@/lib/cluster/client';
import { kubeContexts, loadKubeConfig } from '@/lib/cluster/kubeconfig';
import { stateDirectory } from '@/lib/environment/paths';
import { english } from '@/lib/words/english';
import { autoscalerConfigSchema } from '@/lib/model/autoscaler-config';
import { configProblemSchema } from '@/lib/model/config-problem';
import { connectionCheckSchema } from '@/lib/model/connection-check';
import { serviceSchema, type Service } from '@/lib/model/run';
import { podProbeSchema } from '@/lib/model/probe';
import { offeredTargetsSchema } from '@/lib/model/offered-target';
import { applyServiceSchema, serviceInputSchema } from '@/lib/model/service-input';
import {
  applyService,
  requireCertificates,
  requireClientCertificate,
  autoscalingOf,
  discoverServices,
  offeredTargets,
  refreshService,
} from '@/lib/runs/services';
import { offeredOperator } from '@/lib/runs/operator-offer';
import { testConnection } from '@/lib/runs/test-connection';
import { getStore } from '@/lib/store/client';
import { deleteService, findService, listServices, replaceService, saveService } from '@/lib/store/services';
import { writeClientCertificate } from '@/lib/store/client-certificates';
import { changeSecrets, refuseUnshared } from '@/lib/store/secret-files';
import { writeWebhook } from '@/lib/store/webhooks';
import { type ProblemCode } from '@/lib/model/problem-kinds';
import { isAtLeast } from '@/lib/model/role';
import { Problem, notFound } from '@/lib/model/problem';
import { found } from './problem';
import { nothing, route } from './route';
import { getRecording } from '@/lib/runs/recording';
import { type Codes, message, messageSchema } from '@/lib/model/message';

const serviceAnswerSchema = z.object({ service: serviceSchema });
/** A service that was changed: a board that watches it goes on with what it is now. */
async function changed(service: Service): Promise<{ service: Service }> {
  await (await getRecording()).serviceChanged(service);
  return { service };
}

const effectiveSchema = z.object({
  config: autoscalerConfigSchema,
  problems: z.array(configProblemSchema),
  sources: z.record(
    z.string(),
    z.object({
      kind: z.enum(['annotation', 'config-map', 'spec', 'setting', 'default']),
      key: z.string().nullable(),
    }),
  ),
  assumptions: z.array(z.string()),
  assumptionCodes: z.array(messageSchema),
  /** What its pods are asked before they are ready; null: the cluster could not be asked. */
  probes: z.array(podProbeSchema).nullable(),
});

const contextsSchema = z.object({
  contexts: z.array(
    z.object({ name: z.string(), server: z.string().nullable(), isServiceAccount: z.boolean() }),
  ),
  current: z.string().nullable(),
  /** Why files of the kubeconfig could not be read. */
  unreadable: z.array(z.string()),
});

/** An unknown context is refused where it is chosen: it would be found out only when the cluster is asked. */
function checkContext(kubeContext: string | null): void {
  if (kubeContext === null) return;
  try {
    loadKubeConfig(stateDirectory(), kubeContext);
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    throw new Problem(error.said.code as ProblemCode, error.said.data as Codes[ProblemCode], {
      status: 400,
      errors: [{ path: 'kubeContext' }],
    });
  }
}

/** The pods that Knative makes for a service. */
function knativeSelector(service: string): string {
  return `serving.knative.dev/service=${service}`;
}

export const services = [
  route(
    'GET /api/services',
    {
      summary: 'The registered services: only these can be loaded.',
      access: 'viewer',
      answers: { 200: z.object({ services: z.array(serviceSchema) }) },
    },
    async () => ({ services: await listServices(await getStore()) }),
  ),
  route(
    'POST /api/services',
    {
      summary: 'Register a service by hand, or change the one of the same namespace, name and gateway.',
      access: 'runner',
      audit: 'service.register',
      body: serviceInputSchema,
      answers: { 201: serviceAnswerSchema },
    },
    async ({ body: { podSelector, gatewayClient, ...service } }) => {
      checkContext(service.kubeContext);
      requireCertificates(service.gatewayCa);
      const client = requireClientCertificate(gatewayClient);
      const store = await getStore();
      if (client) await refuseUnshared(store);
      const saved = await saveService(
        store,
        {
          ...service,
          podSelector: podSelector ?? knativeSelector(service.name),
          origin: 'manual',
          gatewayClient: client && client.shown,
        },
        Date.now(),
      );
      if (client !== undefined) writeClientCertificate(saved.id, client && client.files);
      return changed(saved);
    },
  ),
  route(
    'PUT /api/services/{id}',
    {
      summary: 'Change a registered service; its runs stay as they were.',
      access: 'runner',
      audit: 'service.edit',
      body: serviceInputSchema,
      answers: { 200: serviceAnswerSchema },
    },
    async ({ params: { id }, body: { podSelector, gatewayClient, ...edit } }) => {
      const store = await getStore();
      const service = found('service', await findService(store, id));
      if (edit.kubeContext !== service.kubeContext) checkContext(edit.kubeContext);
      requireCertificates(edit.gatewayCa);
      const client = requireClientCertificate(gatewayClient);
      if (client) await refuseUnshared(store);
      const taken = (await listServices(store)).some(
        (other) =>
          other.id !== id &&
          other.namespace === edit.namespace &&
          other.name === edit.name &&
          other.gatewayUrl === edit.gatewayUrl,
      );
      if (taken)
        throw new Problem(
          'problems.service-registered',
          {},
          { errors: [{ path: 'name', said: message('validation.service-registered') }] },
        );
      const saved = await replaceService(
        store,
        {
          ...service,
          ...edit,
          podSelector: podSelector ?? knativeSelector(edit.name),
          gatewayClient: client && client.shown,
        },
        Date.now(),
      );
      if (client !== undefined) writeClientCertificate(id, client && client.files);
      return changed(saved);
    },
  ),
  route(
    'DELETE /api/services/{id}',
    {
      summary: 'Forget a service; its runs stay.',
      access: 'runner',
      audit: 'service.forget',
      answers: { 204: nothing('Forgotten.') },
    },
    async ({ params }) => {
      await (await getRecording()).forgetBoard(params.id);
      const store = await getStore();
      if (!(await deleteService(store, params.id))) throw notFound('service');
      await changeSecrets(store, () => {
        writeWebhook(params.id, null);
        writeClientCertificate(params.id, null);
      });
    },
  ),
  route(
    'GET /api/services/{id}/autoscaling',
    {
      summary: 'The service’s autoscaling in force, and where each value comes from.',
      access: 'viewer',
      answers: { 200: effectiveSchema },
    },
    async ({ params }) => autoscalingOf(found('service', await findService(await getStore(), params.id))),
  ),
  route(
    'GET /api/services/{id}/k6-operator',
    {
      summary:
        'Whether k6-operator can make the load in the service’s cluster: in which namespace unless a run names another, and why it cannot.',
      access: 'runner',
      answers: { 200: z.object({ namespace: z.string().nullable(), why: messageSchema.nullable() }) },
    },
    async ({ params }) =>
      offeredOperator(found('service', await findService(await getStore(), params.id)).kubeContext),
  ),
  route(
    'POST /api/services/{id}/refresh',
    {
      summary: 'Read a registered service anew from the cluster.',
      access: 'runner',
      audit: 'service.refresh',
      answers: { 200: serviceAnswerSchema },
    },
    async ({ params }) => {
      const store = await getStore();
      const service = found('service', await findService(store, params.id));
      return changed(await refreshService(store, service));
    },
  ),
  route(
    'POST /api/services/{id}/test',
    {
      summary:
        'Test the connections that a run of this service needs. A service at zero pods, or whose pods cannot be read, is asked through its gateway only with `wakes`, since that starts a pod.',
      access: 'runner',
      audit: false,
      query: z.object({ wakes: z.enum(['true', 'false']).default('false') }),
      answers: { 200: z.object({ checks: z.array(connectionCheckSchema) }) },
    },
    async ({ params, query }) => ({
      checks: await testConnection(found('service', await findService(await getStore(), params.id)), {
        wakes: query.wakes === 'true',
      }),
    }),
  ),
  route(
    'POST /api/services/apply',
    {
      summary: 'Apply a Knative Service’s YAML to the cluster and register the service.',
      access: 'runner',
      audit: 'service.apply',
      body: applyServiceSchema,
      answers: { 200: serviceAnswerSchema },
    },
    async ({ body }) => changed(await applyService(await getStore(), body)),
  ),
  route(
    'GET /api/services/discover',
    {
      summary: 'The cluster’s Knative Services, as they would be registered.',
      access: 'viewer',
      query: z.object({ kubeContext: z.string().min(1).max(300).optional() }),
      answers: { 200: z.object({ services: z.array(serviceSchema.omit({ id: true })) }) },
    },
    async ({ query, caller }) => {
      // A context's plugins are programs that are run: which, is not a reader's to choose.
      if (query.kubeContext !== undefined && !isAtLeast(caller.role ?? 'viewer', 'runner'))
        throw new Problem('problems.role-needed', { needed: 'runner', role: caller.role ?? '' });
      return { services: await discoverServices(query.kubeContext ?? null) };
    },
  ),
  route(
    'GET /api/services/targets',
    {
      summary:
        'Where and by which names the cluster says that a Knative Service is reached: its URLs, DomainMappings and tags, and its gateway’s addresses. What may not be read is told by name.',
      access: 'runner',
      query: z.object({
        namespace: serviceInputSchema.shape.name,
        name: serviceInputSchema.shape.name,
        kubeContext: z.string().min(1).max(300).optional(),
      }),
      answers: { 200: offeredTargetsSchema },
    },
    async ({ query: { kubeContext = null, ...of } }) => offeredTargets({ ...of, kubeContext }),
  ),
  route(
    'GET /api/services/contexts',
    {
      summary:
        'The contexts of the kubeconfig by which a service may be watched, and the one in force without a choice.',
      access: 'runner',
      answers: { 200: contextsSchema },
    },
    async () => {
      const { contexts, current, unreadable } = kubeContexts(stateDirectory());
      return { contexts, current, unreadable: unreadable.map(english) };
    },
  ),
] as const;
