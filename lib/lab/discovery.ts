const verbs = ['get', 'list', 'watch'];
const writing = [...verbs, 'create', 'update', 'patch', 'delete'];
const resource = (
  name: string,
  singular: string,
  kind: string,
  shortNames: string[],
  allowed: string[],
): Record<string, unknown> => ({
  name,
  singularName: singular,
  namespaced: name !== 'namespaces',
  kind,
  verbs: allowed,
  ...(shortNames.length > 0 ? { shortNames } : {}),
});
const serving = { groupVersion: 'serving.knative.dev/v1', version: 'v1' };

const answers: Record<string, unknown> = {
  '/version': { major: '1', minor: '32', gitVersion: 'v1.32.0+scaletrace-lab', platform: 'lab' },
  '/healthz': { status: 'ok' },
  '/api': { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] },
  '/apis': {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: [{ name: 'serving.knative.dev', versions: [serving], preferredVersion: serving }],
  },
  '/apis/serving.knative.dev': {
    kind: 'APIGroup',
    apiVersion: 'v1',
    name: 'serving.knative.dev',
    versions: [serving],
    preferredVersion: serving,
  },
  '/api/v1': {
    kind: 'APIResourceList',
    groupVersion: 'v1',
    resources: [
      resource('pods', 'pod', 'Pod', ['po'], [...verbs, 'delete']),
      resource('configmaps', 'configmap', 'ConfigMap', ['cm'], writing),
      resource('namespaces', 'namespace', 'Namespace', ['ns'], verbs),
    ],
  },
  '/apis/serving.knative.dev/v1': {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: 'serving.knative.dev/v1',
    resources: [
      {
        ...resource('services', 'service', 'Service', ['kservice', 'ksvc'], writing),
        categories: ['all', 'knative', 'serving'],
      },
    ],
  },
};

/** What kubectl asks an API about itself; null for any other path. */
export function discovery(path: string): unknown {
  return answers[path] ?? null;
}

const parameter = { name: 'fieldValidation', in: 'query', schema: { type: 'string', uniqueItems: true } };
const operation = (group: string, version: string, kind: string): Record<string, unknown> => ({
  parameters: [parameter],
  'x-kubernetes-action': 'patch',
  'x-kubernetes-group-version-kind': { group, version, kind },
  responses: { 200: { description: 'OK' } },
});

/** OpenAPI v3, as much as tells kubectl that the server itself validates fields; null for any other path. */
export function openApi(path: string): unknown {
  const base = { openapi: '3.0.0', info: { title: 'Scaletrace lab', version: 'v1' } };
  if (path === '/openapi/v3') {
    return {
      paths: {
        'api/v1': { serverRelativeURL: '/openapi/v3/api/v1' },
        'apis/serving.knative.dev/v1': { serverRelativeURL: '/openapi/v3/apis/serving.knative.dev/v1' },
      },
    };
  }
  if (path === '/openapi/v3/apis/serving.knative.dev/v1') {
    return {
      ...base,
      paths: {
        '/apis/serving.knative.dev/v1/namespaces/{namespace}/services/{name}': {
          patch: operation('serving.knative.dev', 'v1', 'Service'),
        },
      },
    };
  }
  if (path === '/openapi/v3/api/v1')
    return {
      ...base,
      paths: {
        '/api/v1/namespaces/{namespace}/configmaps/{name}': { patch: operation('', 'v1', 'ConfigMap') },
      },
    };
  return null;
}
