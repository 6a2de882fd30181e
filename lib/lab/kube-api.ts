import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Discovery } from './discovery';
import { type FaultSwitch } from './fault-switch';
import {
  type EventType,
  type KubeObject,
  type ObjectStore,
  type StoredEvent,
  type VersionClock,
} from './object-store';
import { HeldBack } from './held-back';
import { selector } from './selector';
import { StatusError } from './status';
import { toTable, type TableKind } from './tables';
import { type TestRuns } from './test-runs';

/** One resource that the API serves. */
export interface Resource {
  apiVersion: string;
  plural: string;
  kind: string;
  shortNames: string[];
  categories?: string[];
  /** False: one of the whole cluster. */
  namespaced?: boolean;
  store: ObjectStore;
  table: TableKind;
  /** How an object is shown where the stored one is another version's. */
  show?: (object: KubeObject) => KubeObject;
  /** Checks and completes an object before it is stored; throws StatusError. */
  admit?: (object: KubeObject, old: KubeObject | undefined) => KubeObject;
  /** What deleting does; without it nothing can be deleted. */
  remove?: (object: KubeObject, options: { atOnce: boolean }) => void;
  writable?: boolean;
  /** False: it can only be read. */
  watched?: boolean;
  /** False: it is as if it were not installed, for now. */
  isServed?: () => boolean;
}

/** A path of a pod's own, behind the API server. */
export interface ProxyPath {
  namespace: string;
  pod: string;
  port: string;
  path: string;
}

const bookmarkMs = 5000;
/** As API servers have it (--max-request-bytes, 3 MiB). */
const maxBodyBytes = 3 * 2 ** 20;

/** A Kubernetes-compatible API over HTTP: list, watch, get, create, update, patch, delete, tables and discovery. */
export class KubeApi {
  readonly server: Server;
  private readonly discovery: Discovery;

  constructor(
    private readonly resources: Map<string, Resource>,
    private readonly clock: VersionClock,
    private readonly faults: FaultSwitch,
    private readonly rules: {
      /** Throws a StatusError where nothing can be made in a namespace. */
      checkNamespace: (name: string) => void;
      /** What a pod answers through the API server's proxy; null: it answers nothing. */
      proxy: (asked: ProxyPath) => string | null;
      /** The pods of k6-operator's runs; null: the cluster has none. */
      testRuns: TestRuns | null;
    },
  ) {
    this.discovery = new Discovery(resources.values());
    this.server = createServer((request, response) => {
      this.handle(request, response).catch((error: unknown) => {
        const status =
          error instanceof StatusError
            ? error
            : new StatusError(500, 'InternalError', error instanceof Error ? error.message : String(error));
        if (!response.headersSent) send(response, status.code, status.toObject());
        else response.end();
      });
    });
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://lab');
    const found = this.discovery.answer(url.pathname);
    if (found) return send(response, 200, found);
    const proxied =
      /^\/api\/v1\/namespaces\/(?<namespace>[^/]+)\/pods\/(?<pod>[^/:]+):(?<port>\d+)\/proxy(?<path>\/.*)$/.exec(
        url.pathname,
      )?.groups;
    if (proxied && (await this.askRunner(proxied as unknown as ProxyPath, request, response))) return;
    const logged = /^\/api\/v1\/namespaces\/(?<namespace>[^/]+)\/pods\/(?<pod>[^/]+)\/log$/.exec(
      url.pathname,
    )?.groups;
    const follow = url.searchParams.get('follow') === 'true';
    if (logged && this.rules.testRuns?.sendLog(logged.namespace!, logged.pod!, response, follow)) return;
    const answer =
      proxied && request.method === 'GET' ? this.rules.proxy(proxied as unknown as ProxyPath) : null;
    if (answer !== null)
      return void response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(answer);
    const match =
      /^\/(?:api\/v1|apis\/([^/]+\/[^/]+))(?:\/namespaces\/([^/]+))?\/([a-z]+)(?:\/([^/]+))?(\/status)?$/.exec(
        url.pathname,
      );
    const resource = match && this.resources.get(`${match[1] ?? 'v1'}/${match[3]}`);
    if (!match || !resource || resource.isServed?.() === false)
      throw new StatusError(
        404,
        'NotFound',
        `the server could not find the requested resource (${url.pathname})`,
      );
    const namespace = match[2];
    const name = match[4];
    if (request.method === 'GET' && !name && resource.watched === false)
      return this.list(request, response, resource, namespace, url.searchParams);
    if (request.method === 'GET' && !name)
      return url.searchParams.get('watch') === 'true' || url.searchParams.get('watch') === '1'
        ? this.watch(request, response, resource, namespace, url.searchParams)
        : this.list(request, response, resource, namespace, url.searchParams);
    if (request.method === 'POST' && !name)
      return this.create(
        request,
        response,
        resource,
        resource.namespaced === false ? '' : (namespace ?? 'default'),
      );
    const home = resource.namespaced === false ? '' : (namespace ?? 'default');
    const old = name && resource.store.get(home, decodeURIComponent(name));
    if (!old)
      throw new StatusError(
        404,
        'NotFound',
        `${match[3]}${match[1] ? `.${match[1].split('/')[0]}` : ''} "${name ?? ''}" not found`,
        { name: name ?? '', kind: match[3]! },
      );
    if (request.method === 'GET')
      return send(
        response,
        200,
        wantsTable(request)
          ? toTable(resource.table, [old], old.metadata.resourceVersion)
          : shown(resource, old),
      );
    if (!resource.writable && request.method !== 'DELETE')
      throw new StatusError(405, 'MethodNotAllowed', 'this resource is written by the lab itself');
    if (request.method === 'PUT') return this.replace(response, resource, old, await readJson(request));
    if (request.method === 'PATCH')
      return this.replace(response, resource, old, mergePatch(old, await readJson(request)) as KubeObject);
    if (request.method === 'DELETE') {
      if (!resource.remove) throw new StatusError(405, 'MethodNotAllowed', 'this resource cannot be deleted');
      resource.remove(old, { atOnce: url.searchParams.get('gracePeriodSeconds') === '0' });
      return send(response, 200, {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Success',
        details: { name: old.metadata.name, uid: old.metadata.uid },
      });
    }
    throw new StatusError(405, 'MethodNotAllowed', `${request.method} is not known here`);
  }

  /** Passes a question on to a runner's k6; false: the pod is none. */
  private async askRunner(
    asked: ProxyPath,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<boolean> {
    const { testRuns } = this.rules;
    if (
      !testRuns ||
      !this.resources.get('v1/pods')?.store.get(asked.namespace, asked.pod)?.metadata.labels?.k6_cr
    )
      return false;
    const answer = await testRuns.ask(asked, request.method ?? 'GET', await readText(request));
    if (!answer)
      throw new StatusError(
        503,
        'ServiceUnavailable',
        `error trying to reach service: connection refused (${asked.pod}:${asked.port})`,
      );
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    return true;
  }

  private list(
    request: IncomingMessage,
    response: ServerResponse,
    resource: Resource,
    namespace: string | undefined,
    query: URLSearchParams,
  ): void {
    const found = resource.store.list().map((object) => shown(resource, object));
    const items = found.filter(selector(namespace, query));
    const version = `${this.clock.current}`;
    if (wantsTable(request)) return send(response, 200, toTable(resource.table, items, version));
    send(response, 200, {
      kind: `${resource.kind}List`,
      apiVersion: resource.apiVersion,
      metadata: { resourceVersion: version },
      items,
    });
  }

  private watch(
    request: IncomingMessage,
    response: ServerResponse,
    resource: Resource,
    namespace: string | undefined,
    query: URLSearchParams,
  ): void {
    const select = selector(namespace, query);
    const out = new HeldBack(response, this.faults);
    const asTable = wantsTable(request);
    let first = true;
    const write = (type: EventType | 'BOOKMARK', object: KubeObject): void => {
      const told =
        asTable && type !== 'BOOKMARK'
          ? toTable(resource.table, [object], object.metadata.resourceVersion, first)
          : object;
      if (type !== 'BOOKMARK') first = false;
      out.write(`${JSON.stringify({ type, object: told })}\n`);
    };
    const tell = ({ type, object: stored }: StoredEvent): void => {
      const object = shown(resource, stored);
      if (select(object)) write(type, object);
    };
    const asked = query.get('resourceVersion') ?? '';
    response.writeHead(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
    // The watcher learns at once that it is listened to, not with the first event.
    response.flushHeaders();
    if (asked === '' || asked === '0') {
      for (const object of resource.store.list().map((stored) => shown(resource, stored)))
        if (select(object)) write('ADDED', object);
    } else {
      const missed = resource.store.since(Number(asked));
      if (missed === null) {
        const gone = new StatusError(
          410,
          'Expired',
          `too old resource version: ${asked} (${resource.store.oldest})`,
        );
        out.write(`${JSON.stringify({ type: 'ERROR', object: gone.toObject() })}\n`);
        out.end();
        return;
      }
      for (const event of missed) tell(event);
    }
    const stop = resource.store.subscribe(tell);
    const bookmarks =
      query.get('allowWatchBookmarks') === 'true'
        ? setInterval(
            () =>
              write('BOOKMARK', {
                kind: resource.kind,
                apiVersion: resource.apiVersion,
                metadata: { resourceVersion: `${this.clock.current}` },
              } as KubeObject),
            bookmarkMs,
          )
        : null;
    const limitS = Number(query.get('timeoutSeconds') ?? 0);
    const limit = limitS > 0 ? setTimeout(() => out.end(), limitS * 1000) : null;
    response.on('close', () => {
      stop();
      out.close();
      if (bookmarks) clearInterval(bookmarks);
      if (limit) clearTimeout(limit);
    });
  }

  private async create(
    request: IncomingMessage,
    response: ServerResponse,
    resource: Resource,
    namespace: string,
  ): Promise<void> {
    if (!resource.writable)
      throw new StatusError(405, 'MethodNotAllowed', 'this resource is written by the lab itself');
    const object = await readJson(request);
    const name = object.metadata?.name;
    if (!name) throw new StatusError(422, 'Invalid', 'metadata.name: Required value: name is required');
    const told = object.metadata.namespace ?? '';
    if (told !== '' && told !== namespace && namespace !== '')
      throw new StatusError(
        400,
        'BadRequest',
        `the namespace of the provided object does not match the namespace sent on the request (${told} is not ${namespace})`,
      );
    if (namespace !== '') this.rules.checkNamespace(namespace);
    if (resource.store.get(namespace, name))
      throw new StatusError(409, 'AlreadyExists', `"${name}" already exists`, { name });
    const admitted = resource.admit
      ? resource.admit({ ...object, metadata: { ...object.metadata, namespace } }, undefined)
      : { ...object, metadata: { ...object.metadata, namespace } };
    send(response, 201, resource.store.create(admitted));
  }

  private replace(response: ServerResponse, resource: Resource, old: KubeObject, next: KubeObject): void {
    const merged = {
      ...next,
      metadata: {
        ...next.metadata,
        uid: old.metadata.uid,
        creationTimestamp: old.metadata.creationTimestamp,
        namespace: old.metadata.namespace,
        name: old.metadata.name,
      },
    };
    send(response, 200, resource.store.update(resource.admit ? resource.admit(merged, old) : merged));
  }
}

function wantsTable(request: IncomingMessage): boolean {
  return /as=Table/.test(request.headers.accept ?? '');
}

function shown({ show }: Resource, object: KubeObject): KubeObject {
  const told = show ? show(object) : object;
  if (told.metadata.namespace !== '') return told;
  const { namespace: _none, ...metadata } = told.metadata;
  return { ...told, metadata: metadata as KubeObject['metadata'] };
}

/** RFC 7386; kubectl sends it for resources of which it has no Go type. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const base =
    typeof target === 'object' && target !== null && !Array.isArray(target)
      ? { ...(target as Record<string, unknown>) }
      : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete base[key];
    else base[key] = mergePatch(base[key], value);
  }
  return base;
}

async function readText(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new StatusError(413, 'RequestEntityTooLarge', 'the body is too large');
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString();
}

async function readJson(request: IncomingMessage): Promise<KubeObject> {
  const text = await readText(request);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) throw new Error('not an object');
    return value as KubeObject;
  } catch (error) {
    throw new StatusError(
      400,
      'BadRequest',
      `the body is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function send(response: ServerResponse, code: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(code, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
