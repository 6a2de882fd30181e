import { type KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';
import { sendTo, type SentRequest } from '@/lib/cluster/bounded-api';
import { toClusterError } from '@/lib/cluster/client';
import { type ClusterResource, pathOf, resourceName } from '@/lib/cluster/resource';
import { runnerPods, testRuns } from '@/lib/cluster/test-runs';
import { Problem } from '@/lib/model/problem';
import { type ClusterObject } from './test-run';

const core = { group: '', version: 'v1', namespaced: true };
const configMaps: ClusterResource = { ...core, plural: 'configmaps' };
const secrets: ClusterResource = { ...core, plural: 'secrets' };
const podProxy: ClusterResource = { ...core, plural: 'pods/proxy' };
const resources: Readonly<Record<string, ClusterResource>> = {
  TestRun: testRuns,
  ConfigMap: configMaps,
  Secret: secrets,
};

const statusSchema = z.looseObject({ message: z.string() });
const madeSchema = z.looseObject({ metadata: z.looseObject({ uid: z.string() }) });

/** What a load needs of its cluster's API, in one namespace. Each throws a Problem that names the right that is missing. */
export class OperatorApi {
  constructor(
    readonly config: KubeConfig,
    readonly namespace: string,
  ) {}

  /** Makes an object and gives its uid. A field that the server does not know is refused, not dropped. */
  async create(object: ClusterObject): Promise<string> {
    const resource = resources[object.kind]!;
    const body = await this.ask(resource, pathOf(resource, this.namespace), {
      method: 'POST',
      query: { fieldValidation: 'Strict' },
      body: object,
    });
    return madeSchema.parse(body).metadata.uid;
  }

  /** Whether there is a TestRun of this name. */
  async has(name: string): Promise<boolean> {
    const path = `${pathOf(testRuns, this.namespace)}/${name}`;
    const body = await this.ask(testRuns, path, { method: 'GET' }, undefined, 404);
    return madeSchema.safeParse(body).success;
  }

  /** Deletes a TestRun, and by its owner references all that belongs to it. Nothing happens where there is none. */
  async deleteTestRun(name: string, ms?: number): Promise<void> {
    const path = `${pathOf(testRuns, this.namespace)}/${name}`;
    await this.ask(testRuns, path, { method: 'DELETE', query: { propagationPolicy: 'Background' } }, ms, 404);
  }

  /** Asks the HTTP API of one runner's k6, through the API server. */
  async askRunner(pod: string, path: string, request: SentRequest, ms = 10_000): Promise<unknown> {
    return this.ask(
      podProxy,
      `${pathOf(runnerPods, this.namespace)}/${pod}:6565/proxy/v1/${path}`,
      request,
      ms,
    );
  }

  private async ask(
    resource: ClusterResource,
    path: string,
    request: SentRequest,
    ms?: number,
    fine?: number,
  ): Promise<unknown> {
    const { status, body } = await sendTo(this.config, path, request, ms === undefined ? {} : { ms });
    if (status < 300 || status === fine) return body;
    const text = statusSchema.safeParse(body).data?.message ?? '';
    const { namespace } = this;
    // A quota refuses as a missing right does.
    if (status === 403 && !/exceeded quota|denied the request|violates PodSecurity/.test(text))
      throw new Problem('problems.operator-right-missing', {
        verb: verbs[request.method],
        resource: resourceName(resource),
        namespace,
      });
    if (status === 404 && resource === testRuns && !/namespaces? "/.test(text))
      throw new Problem('problems.operator-not-installed', {});
    throw toClusterError({ code: status, body }, this.config.getCurrentCluster()?.server ?? '');
  }
}

/** The verb of a rule that a request takes (https://kubernetes.io/docs/reference/access-authn-authz/authorization/). */
const verbs: Readonly<Record<SentRequest['method'], string>> = {
  GET: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};
