import { type KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';
import { message, type Message } from '@/lib/model/message';
import { type OfferedHost } from '@/lib/model/offered-target';
import { readPath } from './bounded-api';
import { pathOf } from './resource';
import { services } from './services';
import { type OptionalResource, whyUnread } from './unread';

const domainMappings: OptionalResource = {
  group: 'serving.knative.dev',
  version: 'v1beta1',
  plural: 'domainmappings',
  namespaced: true,
  without: message('unread.without-domains'),
};

const url = z.string().nullish();
const serviceSchema = z.looseObject({
  status: z
    .looseObject({
      url,
      address: z.looseObject({ url }).nullish(),
      traffic: z.array(z.looseObject({ tag: z.string().nullish(), url })).nullish(),
    })
    .nullish(),
});
const domainsSchema = z.looseObject({
  items: z.array(
    z.looseObject({
      metadata: z.looseObject({ name: z.string() }),
      spec: z.looseObject({
        ref: z.looseObject({ kind: z.string().nullish(), name: z.string() }),
      }),
      status: z.looseObject({ url }).nullish(),
    }),
  ),
});

/**
 * The names by which a Knative Service is asked for, its own URL first; and what of them could not be read, by name.
 * Each answer takes at most `ms`.
 */
export async function offeredHosts(
  config: KubeConfig,
  { namespace, name }: { namespace: string; name: string },
  ms: number,
): Promise<{ hosts: OfferedHost[]; unread: Message[] }> {
  const servicePath = `${pathOf(services, namespace)}/${encodeURIComponent(name)}`;
  const [service, domains] = await Promise.all([
    ask(config, services, { verb: 'get', namespace, name }, servicePath, ms),
    ask(config, domainMappings, { verb: 'list', namespace }, pathOf(domainMappings, namespace), ms),
  ]);
  const hosts: OfferedHost[] = [];
  const add = (
    address: string | null | undefined,
    kind: OfferedHost['kind'],
    tag: string | null = null,
  ): void => {
    if (!address || !URL.canParse(address)) return;
    const { host, protocol } = new URL(address);
    if (!hosts.some((known) => known.host === host))
      hosts.push({ host, kind, tag, isTls: protocol === 'https:' });
  };
  const { status } = serviceSchema.safeParse(service.body).data ?? {};
  // A service for the cluster alone has its name there as its URL.
  add(status?.url, isLocal(status?.url) ? 'cluster-local' : 'url');
  for (const { metadata, spec, status: mapped } of domainsSchema.safeParse(domains.body).data?.items ?? [])
    if (spec.ref.name === name && (spec.ref.kind ?? 'Service') === 'Service')
      add(mapped?.url ?? `http://${metadata.name}`, 'domain');
  for (const { tag, url: address } of status?.traffic ?? []) if (tag) add(address, 'tag', tag);
  add(status?.address?.url, 'cluster-local');
  return { hosts, unread: [service.why, domains.why].flatMap((why) => (why ? [why] : [])) };
}

function isLocal(address: string | null | undefined): boolean {
  return /\.svc\.[^/]+\/?$/.test(address ?? '');
}

/** What is at a path, or why it could not be read. */
export async function ask(
  config: KubeConfig,
  resource: OptionalResource,
  asked: { verb: 'get' | 'list'; namespace: string; name?: string },
  path: string,
  ms: number,
): Promise<{ body: unknown; status: number | null; why: Message | null }> {
  try {
    const answer = await readPath(config, path, {}, { ms });
    const why = answer.status === 200 ? null : whyUnread(resource, asked, answer);
    return { body: why ? null : answer.body, status: answer.status, why };
  } catch (error) {
    return { body: null, status: null, why: whyUnread(resource, asked, { error }) };
  }
}
