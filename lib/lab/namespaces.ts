import { type KubeObject, type ObjectStore } from './object-store';
import { StatusError } from './status';

/** Where Knative's own objects are. */
export const systemNamespace = 'knative-serving';
/** What is there from the beginning, and stays: as `default` in every cluster. */
const own = ['default', systemNamespace];
const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** The lab's namespaces: an object can be made in one that is there, as the API server's admission has it. */
export class Namespaces {
  constructor(private readonly store: ObjectStore) {
    for (const name of own) this.make(name);
  }

  /** One that is needed by what was kept. */
  make(name: string): void {
    if (!this.store.get('', name)) this.store.create(this.admit(namespaceObject(name)));
  }

  /** Throws a StatusError where there is no such namespace. */
  check(name: string): void {
    if (!this.store.get('', name))
      throw new StatusError(404, 'NotFound', `namespaces "${name}" not found`, { name, kind: 'namespaces' });
  }

  /** Completes a namespace that somebody writes. Throws a StatusError where its name is none. */
  admit(object: KubeObject): KubeObject {
    const { name, labels } = object.metadata;
    if (!label.test(name))
      throw new StatusError(
        422,
        'Invalid',
        `Namespace "${name}" is invalid: metadata.name: Invalid value: "${name}": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character`,
        {
          name,
          kind: 'Namespace',
          causes: [
            { field: 'metadata.name', message: `Invalid value: "${name}"`, reason: 'FieldValueInvalid' },
          ],
        },
      );
    return {
      ...object,
      metadata: {
        ...object.metadata,
        namespace: '',
        labels: { ...labels, 'kubernetes.io/metadata.name': name },
      },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    };
  }

  /** Throws a StatusError where it has to stay. What is in it is the caller's to remove. */
  remove({ metadata: { name } }: KubeObject): void {
    if (own.includes(name))
      throw new StatusError(
        403,
        'Forbidden',
        `namespaces "${name}" is forbidden: this namespace may not be deleted`,
        { name, kind: 'namespaces' },
      );
    this.store.remove('', name);
  }
}

function namespaceObject(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, namespace: '' } } as KubeObject;
}
