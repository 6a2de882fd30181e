import { isIP } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type KubeConfig } from '@kubernetes/client-node';
import { z } from 'zod';
import { readClusterVersion } from '@/lib/cluster/client';
import { loadKubeConfig } from '@/lib/cluster/kubeconfig';
import { isLoopback } from '@/lib/environment/loopback';
import { addressesOf, rangesExcept } from '@/lib/loadgen/allowed-addresses';
import {
  type Engine,
  type Load,
  type LoadHandle,
  type LoadTakenOn,
  type RunningLoad,
  type Script,
} from '@/lib/loadgen/engine';
import { keyHider } from '@/lib/loadgen/hide-key';
import { k6Config, scriptFileName } from '@/lib/loadgen/k6-environment';
import { configFor, trendStatsOf } from '@/lib/loadgen/k6-process';
import { createLoadIngest, type LoadIngest } from '@/lib/loadgen/load-ingest';
import { codeOf } from '@/lib/loadgen/local-k6';
import { type RecordedBefore } from '@/lib/loadgen/recorded-before';
import { type LoadedFile } from '@/lib/loadgen/script-folder';
import { isLabVersion } from '@/lib/model/cluster-version';
import { CodedError, message, messageOfError } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';
import { targetUrlOf } from '@/lib/model/target';
import { endOf } from './load-end';
import { OperatedLoad, usualTimes, type OperatedTimes } from './operated-load';
import { OperatorApi } from './operator-api';
import { runnerUrl } from './runner-url';
import { setupMsOf, startsTogether } from './setup';
import { testRunName, testRunObjects } from './test-run';

const handleSchema = z.object({
  kubeContext: z.string().nullable(),
  namespace: z.string(),
  name: z.string(),
});

/** How often, and how long, a TestRun of before is tried to be deleted while its cluster cannot be reached. */
const againMs = 30_000;
const attempts = 120;
/** How often, and how many times, the cluster of a load that goes on is asked for it. */
const lookAgainMs = 3000;
const looks = 20;

/** Load by k6-operator: a TestRun in the cluster of the load's service, with as many runners as asked for. */
export class K6Operator implements Engine {
  readonly name = 'k6-operator';

  /**
   * `checks`: who reads scripts, which needs no cluster. `localIngestUrl`: where pushes of this machine are taken, which the
   * lab's runners reach; those of a cluster are told `SCALETRACE_RUNNER_URL`.
   */
  constructor(
    private readonly stateDir: string,
    private readonly checks: Pick<Engine, 'check'>,
    private readonly localIngestUrl: string | null,
    private readonly times: OperatedTimes = usualTimes,
  ) {}

  check(script: Script): Promise<Record<string, unknown>> {
    return this.checks.check(script);
  }

  async start(load: Load): Promise<RunningLoad> {
    const { runId, target, cluster, signal } = load;
    if (!cluster) throw new Error('This load names no cluster.');
    const config = loadKubeConfig(this.stateDir, cluster.kubeContext);
    const isLab = isLabVersion(await readClusterVersion(config));
    const { operator } = cluster;
    const { runners } = operator;
    const namespace = operator.namespace ?? namespaceOf(config);
    const addresses = await addressesOf(target.gatewayUrl);
    if (!isLab && addresses.some(isLoopback))
      throw new Problem('problems.gateway-not-from-cluster', { url: target.gatewayUrl });
    const { hostname } = new URL(targetUrlOf(target));
    const code = codeOf(load);
    const setupByHand = runners > 1 && startsTogether(code);
    const { testRun, owned } = testRunObjects({
      runId,
      namespace,
      operator,
      files: filesOf(load),
      env: { ...load.env, TARGET_URL: targetUrlOf(target), HOST: target.host },
      config: {
        ...k6Config(),
        ...configFor(target, addresses, load.clientCertificate),
        // Whatever a name server of the cluster says: no other address can be loaded.
        ...(isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? { hosts: { [hostname]: addresses[0] } } : {}),
      },
      ingest: { url: `${this.ingestUrl(isLab)}/${runId}`, secret: load.ingestSecret },
      authorities: target.gatewayCa ?? null,
      refused: rangesExcept(addresses),
      trendStats: trendStatsOf(load.options).split(','),
      setupByHand,
    });
    const name = testRunName(runId);
    const handle = { kubeContext: cluster.kubeContext, namespace, name } satisfies z.infer<
      typeof handleSchema
    >;
    // Before anything is made: a process that ends now leaves nothing that is not found again.
    await load.onHandle?.(handle);
    const api = new OperatorApi(config, namespace);
    const operated = this.operated(api, name, load);
    try {
      const uid = await api.create(testRun);
      for (const object of owned(uid)) await api.create(object);
      await operated.start(signal);
    } catch (error) {
      operated.close();
      await api.deleteTestRun(name).catch(() => undefined);
      throw error;
    }
    return runningLoad({ api, operated, handle, load, pushes: pushesOf(load, null) });
  }

  async takeOn(handle: LoadHandle, load: LoadTakenOn, before: RecordedBefore): Promise<RunningLoad | null> {
    const { data } = handleSchema.safeParse(handle);
    if (!data || !load.cluster) return null;
    const api = new OperatorApi(loadKubeConfig(this.stateDir, data.kubeContext), data.namespace);
    const isThere = await insist(() => api.has(data.name), load.signal);
    if (!isThere) return null;
    const operated = this.operated(api, data.name, load);
    try {
      const over = await operated.takeOn();
      const pushes = pushesOf(load, before);
      for (const runner of over) pushes.runnerEnded(runner);
      return runningLoad({ api, operated, handle: data, load, pushes });
    } catch (error) {
      operated.close();
      throw error;
    }
  }

  /** A cluster that cannot be reached yet holds nobody up: what is left in it is deleted once it can be. */
  async recover(handle: LoadHandle): Promise<void> {
    const { data } = handleSchema.safeParse(handle);
    if (!data) return;
    const remove = async (): Promise<void> =>
      new OperatorApi(loadKubeConfig(this.stateDir, data.kubeContext), data.namespace).deleteTestRun(
        data.name,
        5000,
      );
    const tryAgain = async (): Promise<void> => {
      for (let i = 0; i < attempts; i++) {
        await pause(againMs, undefined, { ref: false });
        if (
          await remove().then(
            () => true,
            () => false,
          )
        )
          return;
      }
    };
    await remove().catch(() => void tryAgain());
  }

  private operated(api: OperatorApi, name: string, load: LoadTakenOn): OperatedLoad {
    const { runners, image } = load.cluster!.operator;
    const order = {
      name,
      runners,
      image,
      setupByHand: runners > 1 && startsTogether(codeOf(load)),
      setupMs: setupMsOf(load.options),
      hide: load.clientCertificate ? keyHider(load.clientCertificate) : (text: string): string => text,
    };
    return new OperatedLoad(api, order, load.onLog, this.times);
  }

  /** All that a TestRun owns goes with it. */
  clear(): Promise<void> {
    return Promise.resolve();
  }

  private ingestUrl(isLab: boolean): string {
    const { url, why } = runnerUrl(isLab, this.localIngestUrl);
    if (why) throw new CodedError(why);
    return url;
  }
}

function pushesOf(load: LoadTakenOn, before: RecordedBefore | null): LoadIngest {
  return createLoadIngest({
    runners: load.cluster!.operator.runners,
    script: codeOf(load).join('\n'),
    leftOut: ['instance_id', 'testrun_name'],
    before,
  });
}

/** A load whose runners make it; its TestRun is removed when they have ended. */
function runningLoad({
  api,
  operated,
  handle,
  load,
  pushes,
}: {
  api: OperatorApi;
  operated: OperatedLoad;
  handle: z.infer<typeof handleSchema>;
  load: LoadTakenOn;
  pushes: LoadIngest;
}): RunningLoad {
  const { name, namespace } = handle;
  return {
    handle,
    version: versionOf(load.cluster!.operator.image),
    pushes,
    stop: (mode) => operated.stop(mode),
    ended: operated.ended().then(async (ends) => {
      await api.deleteTestRun(name).catch((error: unknown) =>
        load.onLog({
          atUnixMs: Date.now(),
          level: 'warning',
          text: message('reasons.test-run-left', { name, namespace, cause: messageOfError(error) }),
        }),
      );
      return endOf(ends, operated.lastError, pushes);
    }),
  };
}

/** Asks again for a while where that fails: a cluster may come back. Throws as the last time did, or the signal's reason. */
async function insist<T>(ask: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (let i = 1; ; i++) {
    try {
      return await ask();
    } catch (error) {
      if (i === looks) throw error;
      await pause(lookAgainMs, undefined, signal ? { signal } : {});
    }
  }
}

/** The file that k6 starts with first. Throws a Problem where a shell would read its name otherwise. */
function filesOf({ scriptText, entry, files = [] }: Load): [LoadedFile, ...LoadedFile[]] {
  const path = entry ?? scriptFileName;
  if (!/^[\w./@+-]+$/.test(path)) throw new Problem('problems.entry-not-for-cluster', { path });
  return [{ path, content: scriptText }, ...files];
}

/** Where kubectl would put what names no namespace. */
export function namespaceOf(config: KubeConfig): string {
  return config.getContextObject(config.getCurrentContext())?.namespace ?? 'default';
}

/** An image's tag, which of k6's own is its version. */
function versionOf(image: string): string {
  const tag = /:v?([^:/@]+)(?:@.*)?$/.exec(image)?.[1];
  return tag ?? image;
}
