import { labVersionSuffix } from '@/lib/model/cluster-version';
import { type Resource } from './kube-api';

const reading = ['get', 'list', 'watch'];
const writing = [...reading, 'create', 'update', 'patch', 'delete'];

/** What kubectl asks an API about itself, by path. */
export class Discovery {
  private readonly answers = new Map<string, unknown>([
    ['/version', { major: '1', minor: '36', gitVersion: `v1.36.3${labVersionSuffix}`, platform: 'lab' }],
    ['/healthz', { status: 'ok' }],
    ['/api', { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }],
  ]);

  constructor(resources: Iterable<Resource>) {
    const byVersion = new Map<string, Resource[]>();
    for (const resource of resources)
      byVersion.set(resource.apiVersion, [...(byVersion.get(resource.apiVersion) ?? []), resource]);
    const groups = groupsOf([...byVersion.keys()].filter((apiVersion) => apiVersion !== 'v1'));
    this.answers.set('/apis', { kind: 'APIGroupList', apiVersion: 'v1', groups });
    for (const group of groups)
      this.answers.set(`/apis/${group.name}`, { kind: 'APIGroup', apiVersion: 'v1', ...group });
    for (const [apiVersion, served] of byVersion) {
      this.answers.set(pathOf(apiVersion), {
        kind: 'APIResourceList',
        ...(apiVersion === 'v1' ? {} : { apiVersion: 'v1' }),
        groupVersion: apiVersion,
        resources: served.map(resourceOf),
      });
      const writable = served.filter((resource) => resource.writable);
      if (writable.length > 0)
        this.answers.set(`/openapi/v3${pathOf(apiVersion)}`, openApi(apiVersion, writable));
    }
    // OpenAPI v3, as much as tells kubectl that the server itself validates fields.
    const documents = [...this.answers.keys()].filter((path) => path.startsWith('/openapi/v3/'));
    this.answers.set('/openapi/v3', {
      paths: Object.fromEntries(
        documents.map((path) => [path.slice('/openapi/v3/'.length), { serverRelativeURL: path }]),
      ),
    });
  }

  /** Null: no such path. */
  answer(path: string): unknown {
    return this.answers.get(path) ?? null;
  }
}

/** Where a version's resources lie. */
function pathOf(apiVersion: string): string {
  return apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
}

interface Group {
  name: string;
  versions: { groupVersion: string; version: string }[];
  preferredVersion: unknown;
}

/** The first version of each that is listed is the preferred one. */
function groupsOf(apiVersions: readonly string[]): Group[] {
  const groups = new Map<string, Group>();
  for (const groupVersion of apiVersions) {
    const [name = '', version = ''] = groupVersion.split('/');
    const known = groups.get(name);
    if (known) known.versions.push({ groupVersion, version });
    else
      groups.set(name, {
        name,
        versions: [{ groupVersion, version }],
        preferredVersion: { groupVersion, version },
      });
  }
  return [...groups.values()];
}

function resourceOf(resource: Resource): Record<string, unknown> {
  const { plural, kind, namespaced = true, shortNames, categories, writable, remove, watched } = resource;
  return {
    name: plural,
    singularName: kind.toLowerCase(),
    namespaced,
    kind,
    verbs:
      watched === false ? ['get', 'list'] : writable ? writing : remove ? [...reading, 'delete'] : reading,
    shortNames,
    ...(categories ? { categories } : {}),
  };
}

function openApi(apiVersion: string, resources: readonly Resource[]): Record<string, unknown> {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  const operation = (kind: string): Record<string, unknown> => ({
    parameters: [{ name: 'fieldValidation', in: 'query', schema: { type: 'string', uniqueItems: true } }],
    'x-kubernetes-action': 'patch',
    'x-kubernetes-group-version-kind': { group, version, kind },
    responses: { 200: { description: 'OK' } },
  });
  return {
    openapi: '3.0.0',
    info: { title: 'Scaletrace lab', version: 'v1' },
    paths: Object.fromEntries(
      resources.map(({ plural, kind }) => [
        `${pathOf(apiVersion)}/namespaces/{namespace}/${plural}/{name}`,
        { patch: operation(kind) },
      ]),
    ),
  };
}
