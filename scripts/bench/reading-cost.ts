import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { ClockOffset } from '@/lib/cluster/clock-offset';
import { sampleGateway } from '@/lib/cluster/gateway-metrics';
import { watchPods } from '@/lib/cluster/watch-pods';
import { watchReports } from '@/lib/cluster/watch-reports';
import { projectRoot, stateDirectory } from '@/lib/environment/paths';
import { ControlPlane, haveParts } from '@/scripts/conformance/control-plane';
import { startEnvoy } from '@/scripts/conformance/envoy';
import { partPath } from '@/scripts/conformance/parts.mjs';
import { makePod, pods, shop } from '@/scripts/conformance/pods';
import { TcpProxy } from '@/scripts/conformance/tcp-proxy';
import { cpuOfTree } from './cpu';

/** The first questions, which find out how to ask, and the first lists are over by then (ms). */
const settledMs = 3000;

/** The load of our own reading on an Envoy of 1,000 clusters. */
export async function readGateway(seconds: number): Promise<void> {
  if (partPath(stateDirectory(), 'envoy') === null) {
    console.log('No Envoy is here: `npm run conformance` gets one.\n');
    return;
  }
  const named = (revision: string) => ({
    host: `${revision}.example.com`,
    cluster: `prod/${revision}`,
    port: 9,
  });
  const others = Array.from({ length: 1000 }, (_, n) => named(`other-${n}-00001`));
  const envoy = await startEnvoy([named('shop-00001'), ...others]);
  try {
    let readings = 0;
    const sampler = sampleGateway({
      metricsUrl: envoy.metricsUrl,
      service: () => ({
        name: 'shop',
        namespace: 'prod',
        host: null,
        cluster: null,
        revisions: new Set(['shop-00001']),
      }),
      intervalMs: 100,
      onReading: () => readings++,
      onSecond: () => undefined,
      onFailure: () => undefined,
    });
    await pause(settledMs);
    readings = 0;
    const before = cpuOfTree(envoy.pid).own;
    await pause(seconds * 1000);
    sampler.stop();
    const share = (cpuOfTree(envoy.pid).own - before) / seconds;
    console.log(
      '| reading an Envoy of 1,000 clusters | readings/s | share of a core |\n| --- | ---: | ---: |',
    );
    console.log(`| ${seconds} s | ${(readings / seconds).toFixed(2)} | ${(share * 100).toFixed(2)} % |\n`);
  } finally {
    await envoy.close();
  }
}

/** Pods that are there before, and those that come meanwhile. */
const standing = 100;

/**
 * The load of our watches on a real API server, with pods and Events coming at a rate (a second): the same with nobody
 * who watches is measured in turns with it.
 */
export async function readApiServer(seconds: number, rates: { pods: number; events: number }): Promise<void> {
  if (!haveParts('etcd', 'kube-apiserver', 'openssl')) {
    console.log('No API server is here: `npm run conformance` gets one.\n');
    return;
  }
  const plane = await ControlPlane.start();
  const proxy = await TcpProxy.to(plane.port);
  try {
    await plane.install(join(projectRoot(), 'testdata', 'crds'));
    for (let n = 0; n < standing; n++) await makePod(plane, `standing-${n}`, 'shop', 'ready');
    const change = changes(plane, rates);
    const alone = { cpu: 0, requests: 0 };
    const watched = { cpu: 0, requests: 0, bytes: 0 };
    for (let round = 0; round < 2; round++) {
      const before = [cpuOf(plane), await requestsOf(plane)] as const;
      await change(seconds / 2);
      alone.cpu += cpuOf(plane) - before[0];
      alone.requests += (await requestsOf(plane)) - before[1];

      const stop = observe(plane, proxy);
      await change(settledMs / 1000);
      const began = [cpuOf(plane), await requestsOf(plane), proxy.bytes] as const;
      await change(seconds / 2);
      watched.cpu += cpuOf(plane) - began[0];
      watched.requests += (await requestsOf(plane)) - began[1];
      watched.bytes += proxy.bytes - began[2];
      stop();
    }
    const rows: [string, string][] = [
      [
        'our requests/s, beside watches that stay open',
        ((watched.requests - alone.requests) / seconds).toFixed(2),
      ],
      ['our bytes/s (TLS, both ways)', (watched.bytes / seconds).toFixed(0)],
      ['its share of a core, nobody watching', `${((alone.cpu / seconds) * 100).toFixed(2)} %`],
      ['its share of a core, watched by us', `${((watched.cpu / seconds) * 100).toFixed(2)} %`],
      ['ours of it', `${(((watched.cpu - alone.cpu) / seconds) * 100).toFixed(2)} %`],
    ];
    console.log(
      `| a real API server, ${seconds} s each way, ${rates.pods.toFixed(2)} pods/s and ${rates.events.toFixed(1)} Events/s | |\n| --- | ---: |`,
    );
    for (const [name, value] of rows) console.log(`| ${name} | ${value} |`);
    console.log('');
  } finally {
    proxy.close();
    await plane.close();
  }
}

/** As a run observes its service; the function returned ends it. */
function observe(plane: ControlPlane, proxy: TcpProxy): () => void {
  const config = plane.config({ port: proxy.port });
  const clock = new ClockOffset();
  const watch = watchPods({
    config,
    namespace: 'default',
    labelSelector: shop.podSelector,
    onEvent: ({ uid, revision }) => reports.knowPod(uid, revision),
    onGapStart: () => undefined,
    onGapEnd: () => undefined,
    clock,
    onPod: (name, pod) => reports.seePod(name, pod),
    onStep: () => undefined,
  });
  const reports = watchReports({
    config,
    service: shop,
    clock,
    prometheus: null,
    onReport: () => undefined,
    onLost: () => undefined,
    onBack: () => undefined,
  });
  return () => {
    watch.stop();
    reports.stop();
  };
}

/** Makes pods that are ready at once and go a while later, each with its Events, for some seconds. */
function changes(
  plane: ControlPlane,
  rates: { pods: number; events: number },
): (seconds: number) => Promise<void> {
  let [pod, event] = [0, 0];
  return async (seconds) => {
    let [duePods, dueEvents] = [0, 0];
    const beganMs = performance.now();
    for (let second = 1; second <= seconds; second++) {
      for (duePods += rates.pods; duePods >= 1; duePods--) {
        await makePod(plane, `busy-${pod}`, 'shop', 'ready');
        if (pod >= 5) await plane.do('DELETE', `${pods}/busy-${pod - 5}`, { gracePeriodSeconds: 0 });
        pod++;
      }
      for (dueEvents += rates.events; dueEvents >= 1; dueEvents--) {
        const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
        await plane.do('POST', '/api/v1/namespaces/default/events', {
          metadata: { name: `busy.${event++}` },
          involvedObject: { kind: 'Pod', namespace: 'default', name: `standing-${event % standing}` },
          reason: 'Pulled',
          message: 'Successfully pulled image in 1.2s',
          type: 'Normal',
          count: 1,
          firstTimestamp: now,
          lastTimestamp: now,
        });
      }
      await pause(Math.max(0, beganMs + second * 1000 - performance.now()));
    }
  };
}

const cpuOf = (plane: ControlPlane): number => cpuOfTree(plane.apiPid).own;

/** How many requests the API server has had, the watches that ended among them. */
async function requestsOf(plane: ControlPlane): Promise<number> {
  const { body } = await plane.send('GET', '/metrics');
  return String(body)
    .split('\n')
    .filter((line) => line.startsWith('apiserver_request_total{'))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
